// Carrying out a transition graph: its actions become operations and fences, its end is told.
//
// Thread: its deployable's strand.
#pragma once

#include "engines/deployment/world.hpp"

#include <string>
#include <string_view>

namespace cpe::deployment {

/// An empty graph (or one of pseudo actions only) is no transition: nothing is to be done.
void begin_transition(World&, TransitionGraph, const std::string& cause, const std::string& cib);
/// Begins what may be begun. True when something was, or when the transition ended.
bool pump(World&);
/// Nothing new is begun, what guests were asked for is awaited; fences go on by themselves.
void abort_transition(World&, std::string_view why);
/// A fence ended: actions that wait for it go on, or fail. True when one waited.
bool fence_ended(World&, const AssemblyUnit&, bool confirmed);
/// Nobody but a person can end this fence: what waits for it is left out, and the rest goes on.
void fence_left_out(World&, const AssemblyUnit&);
/// The earliest time limit of what is in flight, as a timer.
void arm_operations(World&);

}  // namespace cpe::deployment
