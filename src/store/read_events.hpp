// Reads events by a filter.
//
// Thread: the reader thread, on its own read-only connection. Errors: see sqlite.hpp.
#pragma once

#include "src/store/sqlite.hpp"

#include <cpe/store.hpp>

#include <vector>

namespace cpe::store {

/// Ordered by id, oldest first, at most filter.limit.
Result<std::vector<StoredEvent>> read_events(Database&, const EventFilter&);

}  // namespace cpe::store
