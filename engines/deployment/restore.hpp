// The first event of a DPE's life: from what the store remembers to what is to be done now
// (design.md §4, Adoption).
//
// Thread: its deployable's strand.
#pragma once

#include "engines/deployment/world.hpp"

namespace cpe::deployment {

/// What was under way when cped ended is told as lost; what is wanted is brought up (the provider
/// leaves alone what runs); what was being stopped or deleted goes on.
void begin(World&, const StoredDeployable&);
/// What was persisted of its states; tells nothing.
void restore(World&, const StoredDeployable&);

}  // namespace cpe::deployment
