// The answers and reports of instance providers.
//
// Thread: its deployable's strand.
#pragma once

#include "engines/deployment/world.hpp"

namespace cpe::deployment {

/// Carries out what a life asks of its provider.
void command(World&, AssemblyUnit&, Life::Command);
void on_command_done(World&, event::InstanceCommandDone);
void on_instance_changed(World&, event::InstanceChanged);
/// A boot limit, a pause before a start, or the retry of a fence or destroy.
void on_life_timer(World&, AssemblyUnit&);

}  // namespace cpe::deployment
