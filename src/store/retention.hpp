// log.retention: removes the oldest rows of the event log, a few at a time.
//
// Thread: the store thread, between its transactions. What is under way (pending actions, running
// transitions) is never removed, and the greatest ids stay known (table counters).
#pragma once

#include "src/store/settings.hpp"
#include "src/store/sqlite.hpp"

namespace cpe::store {

struct Retained {
    std::int64_t rows = 0;  ///< removed by this step
    bool more = false;      ///< another step would remove more
};

/// One step: one transaction of at most about Retention::step_rows rows of each table. A step that
/// finds nothing to remove writes nothing.
Result<Retained> retain(Database&, const Retention&, WallTime now);

}  // namespace cpe::store
