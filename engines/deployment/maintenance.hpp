// A person works at the deployable or at one of its assemblies: it is watched, and not touched
// until the person says so (docs/recovery.md).
//
// Thread: its deployable's strand.
#pragma once

#include "engines/deployment/world.hpp"

#include <cpe/records.hpp>

#include <string>
#include <vector>

namespace cpe::deployment {

/// Wish::maintenance_on or maintenance_off, of the deployable (no target) or of an assembly.
[[nodiscard]] Result<> on_maintenance(World&, const event::Operator&);
/// What a person may not ask for before its maintenance is over.
[[nodiscard]] Result<> check_restraint(const World&, const event::Operator&);

/// The state that people see, where the deployable is wanted or not any more.
void show_maintenance(World&, const std::string& why);
/// The life of an assembly as a state of it.
[[nodiscard]] AssemblyState state_of(const AssemblyUnit&);
/// It seems to have failed: told, and nothing else.
void tell_out_of_reach(World&, const AssemblyUnit&, const std::string& reason);
void tell_in_reach(World&, const AssemblyUnit&, const std::string& how);

void recall_maintenance(World&, const std::vector<MemoryRecord>&);
void remember_maintenance(World&);

}  // namespace cpe::deployment
