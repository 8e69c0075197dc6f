// Changes of state that people see: each is an event with its cause, and makes the persisted status
// out of date. A state that does not change is not told.
//
// Thread: its deployable's strand.
#pragma once

#include "engines/deployment/world.hpp"

#include <string>

namespace cpe::deployment {

void change(World&, AssemblyUnit&, AssemblyState, std::string reason);
void change(World&, ServiceUnit&, ServiceState, std::string reason);
/// Looks at everything and tells the deployable's state when it is another one now.
void review(World&);
/// No service of a guest that can be reached may run any more.
bool nothing_runs(const World&);
/// "db/mysqld", for people.
std::string title_of(const World&, const ServiceUnit&);

}  // namespace cpe::deployment
