// Changes of state that people see: each is an event with its cause, and makes the persisted status
// out of date. A state that does not change is not told.
//
// Thread: its deployable's strand.
#pragma once

#include "engines/deployment/world.hpp"

#include <string>

namespace cpe::deployment {

void change(World&, AssemblyUnit&, AssemblyState, std::string reason);
/// Of one instance; told when the service as a whole is in another state, or another instance of
/// it fails.
void change(World&, Placement&, ServiceState, std::string reason);
/// All its instances, wherever they are: it waits for somebody, or does so no more.
void change_everywhere(World&, ServiceUnit&, ServiceState, std::string reason);
/// The service's own state, when it does not wait for somebody any more.
void review(World&, ServiceUnit&, std::string reason);
/// Looks at everything and tells the deployable's state when it is another one now.
void review(World&);
/// No service of a guest that can be reached may run any more.
bool nothing_runs(const World&);
/// Nor any of this assembly.
bool nothing_may_run(const World&, const AssemblyUnit&);
/// It was never heard of, or nothing of ours may run there any more: it need not be proven dead
/// before it is let go. What runs there all the same was not begun by us.
bool may_be_let_go(const World&, const AssemblyUnit&);
/// "db/mysqld", or "cache" where it floats; for people.
std::string title_of(const World&, const ServiceUnit&);
std::string title_of(const World&, const Placement&);
/// As many instances as it should have are running.
bool runs_in_full(const World&, const ServiceUnit&);

}  // namespace cpe::deployment
