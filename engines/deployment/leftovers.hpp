// What a reload took out of the document and is not gone yet: retired services are being stopped,
// leaving assemblies drained and destroyed (design.md §4).
//
// Thread: its deployable's strand.
#pragma once

#include "engines/deployable/merge.hpp"
#include "engines/deployment/world.hpp"

namespace cpe::deployment {

/// It is proven to run nowhere, or nothing can look for it: its agent says that it cannot work
/// there.
bool has_ended(const World&, const ServiceUnit&);
/// It was destroyed, or never made.
bool has_ended(const AssemblyUnit&);
/// A leftover at its end is not shown any more.
bool is_over(const World&, const ServiceUnit&);
bool is_over(const AssemblyUnit&);
/// Something is left over that has not ended.
bool has_leftovers(const World&);

/// What deployable::merge has to know. Holds a reference to the world.
deployable::Running running_facts(const World&);

/// Takes a leaving assembly's instance away once nothing runs in it, and out of the model what has
/// ended. True when something was done.
bool clear_leftovers(World&, const translate::Stylesheet&);
/// cped was started again: goes on with what leaves, whatever else is wanted; nothing restrains it.
void resume_leaving(World&, AssemblyUnit&);

}  // namespace cpe::deployment
