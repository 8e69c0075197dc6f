// An operator's wishes, and the way from running to stopped to gone.
//
// Thread: its deployable's strand.
#pragma once

#include "engines/deployment/world.hpp"

#include <string>

namespace cpe::deployment {

void on_operator(World&, const event::Operator&);
/// Takes the next step of a stop or delete that may be taken now. True when it took one.
bool advance(World&);
/// Wanted: everything that is down is to come up.
void bring_up(World&);
/// Services are stopped in order, then instances; then destroyed, if being deleted.
void bring_down(World&, const std::string& why);

}  // namespace cpe::deployment
