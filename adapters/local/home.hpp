// Where one provider keeps its sandboxes: several of type `local` share a state directory, and
// nothing else. The one named `local` has the folder `local` and the state directory's own
// interfaces; any other has those that its folder `local-NAME` stands for.
//
// Thread: any; values.
#pragma once

#include "adapters/local/names.hpp"

#include <cpe/paths.hpp>

#include <filesystem>
#include <string>

namespace cpe::local {

struct Home {
    std::filesystem::path state_dir;  ///< absolute
    std::string provider = "local";

    [[nodiscard]] std::filesystem::path folder() const {
        return StatePaths{state_dir}.local_dir(provider);
    }
    /// What bridge and interfaces are named after.
    [[nodiscard]] std::filesystem::path network() const {
        return provider == "local" ? state_dir : folder();
    }
    [[nodiscard]] std::string bridge() const { return bridge_name(network()); }
};

}  // namespace cpe::local
