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
/// Puts them back into a document's model that was read anew, but for those that had come to their
/// end: what was stored of the deployable's status shows them no more.
void recall_leftovers(Deployable&, const StoredDeployable&, std::pmr::memory_resource& arena);
/// Says of those that they are removed, and takes their records away; those that cannot be read,
/// too.
void settle_leftovers(World&, const StoredDeployable&);

}  // namespace cpe::deployment
