// From a stored document to a DPE in its own arena.
//
// Thread: the loop thread. Errors: those of the parser; Errc::too_large when the arena is too small
// for the document.
#pragma once

#include "engines/deployable/parse.hpp"
#include "engines/deployment/deployment.hpp"
#include "src/host/arena.hpp"
#include "src/registry/provider_check.hpp"

#include <cpe/log.hpp>
#include <cpe/records.hpp>
#include <cpe/result.hpp>

#include <memory>
#include <memory_resource>
#include <string>
#include <string_view>
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
    std::vector<KnownProvider> providers;  ///< that documents may use
};

struct Incarnation {
    std::unique_ptr<host::Arena> arena;  // before deployment: outlives it
    std::unique_ptr<deployment::Deployment> deployment;
    ChannelKind channel = ChannelKind::agent;
    std::string name;
    std::string uuid;
    std::vector<std::string> notes;  ///< what was accepted though it means nothing any more
};

/// The name that a document gives to its deployable; empty where it is none.
std::string name_in(std::string_view document, const deployable::Limits& limits);

/// A new document's model in the arena of the DPE that lives already; checked as incarnate() does.
Result<std::shared_ptr<Deployable>> model_of(std::string_view document, const Blueprint& blueprint,
                                             std::pmr::memory_resource& arena);

/// `stored.key.name` empty: the document's. Refuses what is not supported yet by name.
Result<Incarnation> incarnate(StoredDeployable stored, const Blueprint& blueprint,
                              const translate::Stylesheet& stylesheet, IdSource& ids,
                              const LogSink& log);

}  // namespace cpe::registry
