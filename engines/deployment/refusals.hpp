// A guest that answers but does not let us in, or whose host key is not trusted: it is alive, so it
// is not fenced for it. It waits until we are let in, a person acts, or it does not answer any
// more.
//
// Thread: its deployable's strand.
#pragma once

#include "engines/deployment/world.hpp"

namespace cpe::deployment {

void on_guest_refused(World&, const event::GuestRefused&);
/// It answers, and power is no cure: only where it is wanted, and clean.
[[nodiscard]] bool is_spared(const World&, const AssemblyUnit&);
/// Of one that is spared and counts as lost: it waits.
void await_login(World&, AssemblyUnit&);
/// Another try to reach it came to nothing, and not because it refused; or it may let us in now.
void doubt_refusal(World&, AssemblyUnit&);
/// ... and neither did it refuse nor let us in since, for a while.
void end_refusal(World&, AssemblyUnit&);

}  // namespace cpe::deployment
