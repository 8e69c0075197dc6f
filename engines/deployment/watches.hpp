// The guests' tables of recurring monitors, as believed here and as told by them (design.md §4,
// Monitors): so that nothing is silently unwatched.
//
// Thread: its deployable's strand.
#pragma once

#include "engines/deployment/world.hpp"

namespace cpe::deployment {

void add_watch(World&, Placement&, Watch);
/// The service was stopped, or its guest's life has ended.
void forget_watches(World&, Placement&);
/// Its guest's table is empty, as far as is known.
void believe_no_watch(AssemblyUnit&);
/// The plan wants this monitor no more.
void cancel_watch(World&, Placement&, Millis interval);
/// A guest that was a member tells its table anew: what is missing is scheduled anew, what should
/// not be there is cancelled.
void compare_watches(World&, AssemblyUnit&, const GuestHello&);
/// A guest (re)joins and is probed: nothing of its table is believed.
void cancel_all(World&, const AssemblyUnit&, const GuestHello&);
/// O(1) where all is well.
void check_heartbeat(World&, AssemblyUnit&, const event::GuestHeartbeat&);

}  // namespace cpe::deployment
