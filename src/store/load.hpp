// What cped finds in the store when it starts, and one deployable as it stands there.
//
// Thread: any; blocks while it reads. Errors: Errc::unavailable where the database is damaged.
#pragma once

#include "src/store/sqlite.hpp"

#include <cpe/records.hpp>

#include <map>
#include <string>
#include <vector>

namespace cpe::store {

struct Loaded {
    std::vector<StoredDeployable> deployables;  ///< ordered by (tenant, name)
    TransitionId last_transition;               ///< the greatest ids that were ever used: the
    OperationId last_operation;                 ///< IdSource goes on from them
    EventId last_event;
    std::map<std::string, std::string> loaded_files;  ///< path -> hash
};

Result<Loaded> load_all(Database&);

/// Errc::not_found where there is none.
Result<StoredDeployable> load_one(Database&, const DeployableKey&);

}  // namespace cpe::store
