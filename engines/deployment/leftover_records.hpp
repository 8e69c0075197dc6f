// What a reload left over, as memory records: a restart of cped in its midst still stops what is
// retired, and drains and destroys what leaves.
//
// Thread: its deployable's strand. "retired RESOURCE" and "leaving NAME" -> JSON; what cannot be
// read is as if it had never been written.
#pragma once

#include "engines/deployment/world.hpp"

#include <vector>

namespace cpe::deployment {

/// Adds a record of each leftover of the model to this step's batch.
void remember_leftovers(World&);
/// Takes the records of all leftovers of the model away.
void forget_leftovers(World&);
/// Puts them back into a document's model that was read anew.
void recall_leftovers(Deployable&, const std::vector<MemoryRecord>&,
                      std::pmr::memory_resource& arena);

}  // namespace cpe::deployment
