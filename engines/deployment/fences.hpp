// The end of a life, proven or not: what follows from the answer to a stop, or from a person's word
// (design.md §5, §6.1).
//
// Thread: its deployable's strand.
#pragma once

#include "engines/deployment/world.hpp"

#include <string>

namespace cpe::deployment {

/// The provider's answer to a stop.
void stop_done(World&, AssemblyUnit&, Result<InstanceReport>);
/// Its guest is heard of while that is under way.
void spoke_while_fenced(World&, AssemblyUnit&);
/// Something answers there, though it may not let us in.
void break_silence(World&, AssemblyUnit&);
/// Its provider's record of it is gone, and nothing was heard of its guest for long enough.
void silence_kept(World&, AssemblyUnit&);
/// Its provider says that it does not run, and its life goes on all the same: what ran there is
/// ended, and may run elsewhere.
void ended_outside(World&, AssemblyUnit&, const std::string& reason);
/// A person has made sure that it does not run.
void person_confirmed(World&, AssemblyUnit&, const std::string& who);
/// Proven not to run, and wanted: it waits for its next start, longer each time.
void cool_down(World&, AssemblyUnit&);
/// Of a paused one: its next start waits no more.
void end_pause(World&, AssemblyUnit&);

}  // namespace cpe::deployment
