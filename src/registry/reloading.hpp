// One reload on its way, from the request to the DPE's answer.
//
// Thread: the loop thread. Private to src/registry.
#pragma once

#include "src/registry/registry.hpp"

namespace cpe::registry {

struct Registry::Reloading {
    std::string document;
    std::string who;
    std::optional<LoadedFile> file;  ///< where it comes from, when the configuration names it
    Done<> done;
    std::vector<std::string> notes = {};  ///< what in it was accepted though it means nothing
};

}  // namespace cpe::registry
