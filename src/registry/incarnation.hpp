// From a stored document to a DPE in its own arena.
//
// Thread: the loop thread. Errors: those of the parser; Errc::too_large when the arena is too small
// for the document.
#pragma once

#include "engines/deployable/parse.hpp"
#include "engines/deployment/deployment.hpp"
#include "src/host/arena.hpp"

#include <cpe/log.hpp>
#include <cpe/records.hpp>
#include <cpe/result.hpp>

#include <memory>
#include <string>
#include <vector>

namespace cpe::translate {
class Stylesheet;
}

namespace cpe::registry {

/// What every DPE is built with.
struct Blueprint {
    deployable::Limits limits;
    std::size_t memory_per_deployable = 64U << 20U;
    deployment::Settings deployment;
    std::vector<std::string> providers;  ///< names that documents may use
};

struct Incarnation {
    std::unique_ptr<host::Arena> arena;  // before deployment: outlives it
    std::unique_ptr<deployment::Deployment> deployment;
    ChannelKind channel = ChannelKind::agent;
    std::string name;
    std::vector<std::string> notes;  ///< what was accepted though it means nothing any more
};

/// `stored.key.name` empty: the document's. Refuses what is not supported yet by name.
Result<Incarnation> incarnate(StoredDeployable stored, const Blueprint& blueprint,
                              const translate::Stylesheet& stylesheet, IdSource& ids,
                              const LogSink& log);

}  // namespace cpe::registry
