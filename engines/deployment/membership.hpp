// Which guests are there: instances, heartbeats and boot ids become the lives of assemblies; what
// is out of reach is fenced, outside transitions (design.md §4-§6).
//
// Thread: its deployable's strand.
#pragma once

#include "engines/deployment/climb.hpp"
#include "engines/deployment/world.hpp"

#include <string>
#include <string_view>

namespace cpe::deployment {

/// All lives are to go there; what has to wait before its next start goes on waiting, and what
/// leaves goes on leaving.
void aim_all(World&, Life::Goal);
/// Of one of them: its goal is another one from now on.
void aim(World&, AssemblyUnit&, Life::Goal);
/// Its goal may be another one, or nothing keeps it from it any more.
void heed_goal(World&, AssemblyUnit&);
/// Gives one input to an assembly's life and carries out what follows.
void drive(World&, AssemblyUnit&, Life::Input);
/// Nothing that is known of its services is believed any more: they are probed.
void probe_anew(World&, AssemblyUnit&);
/// It is out of reach, dead or unclean: fenced, its services unknown, the transition interrupted.
void lose(World&, AssemblyUnit&, const std::string& reason, Counted);
/// What lose() comes to: fenced, its services unknown. `verb`: it "failed", it "is restarted".
void end_life(World&, AssemblyUnit&, const std::string& verb, const std::string& reason);

void on_guest_up(World&, const event::GuestUp&);
void on_heartbeat(World&, const event::GuestHeartbeat&);
void on_guest_gone(World&, const event::GuestGone&);
/// The heartbeat timer of an assembly fired: is it still heard of?
void check_silence(World&, AssemblyUnit&);
/// Restored as perhaps running while it is not wanted: listened for so long, then just stopped.
void await_rejoin(World&, AssemblyUnit&);

/// A member that is not heard of for so long has failed.
[[nodiscard]] Millis silence_limit(const World&);
/// What ran when cped ended has nothing to boot: it finds the new one at once, or it is as silent
/// as any other that is not heard of.
[[nodiscard]] Millis rejoin_limit(const World&);

}  // namespace cpe::deployment
