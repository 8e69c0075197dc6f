// The answers and reports of instance providers.
//
// Thread: its deployable's strand.
#pragma once

#include "engines/deployment/world.hpp"

#include <string>

namespace cpe::deployment {

/// Commands an instance; an empty provider is the one where it is.
void give(World&, AssemblyUnit&, effect::InstanceCommand::Kind, const std::string& provider);
/// What the provider knows now; a new address is told to those who refer to it.
void learn(World&, AssemblyUnit&, InstanceReport);
/// Carries out what a life asks of its provider.
void command(World&, AssemblyUnit&, Life::Command);
void on_command_done(World&, event::InstanceCommandDone);
void on_instance_changed(World&, event::InstanceChanged);
/// A boot limit, a pause before a start, or the retry of a fence or destroy.
void on_life_timer(World&, AssemblyUnit&);

}  // namespace cpe::deployment
