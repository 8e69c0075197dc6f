// What the DPE remembers over restarts of cped, as JSON of its own making (PersistBatch::memory).
//
// Thread: its deployable's strand. What cannot be read is as if it had never been written: services
// are probed anyway, and a window begins empty.
#pragma once

#include "engines/deployment/world.hpp"

#include <vector>

namespace cpe::deployment {

/// Adds the records that are out of date to this step's batch.
void remember(World&);
void recall(World&, const std::vector<MemoryRecord>&);

}  // namespace cpe::deployment
