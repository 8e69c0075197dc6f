// A person wants an assembly restarted (`cpe-ctl assembly restart`).
//
// Thread: its deployable's strand. What a person wants who is woken for it: no harm where it can be
// helped, and no waiting where it cannot. So a member's services are stopped first, in order, with
// all that depends on them; what cannot be stopped is fenced with it, as ever. Where nobody
// answers, or where it is asked for a second time, its instance is restarted at once.
#pragma once

#include "engines/deployment/world.hpp"

#include <string>

namespace cpe::deployment {

void restart_assembly(World&, AssemblyUnit&, const std::string& who);
/// One whose services are stopped is restarted now. True when there was one.
bool begin_restart(World&);
/// All that the scheduler can stop there is stopped, or it could not plan so often in a row.
bool has_stopped_what_it_can(const World&, const AssemblyUnit&, int errors);
/// The whole deployable is taken down anyway.
void forget_restarts(World&);

}  // namespace cpe::deployment
