// What is due while this process does not run is not held against anybody.
//
// Thread: its deployable's strand.
#pragma once

#include "engines/deployment/world.hpp"

namespace cpe::deployment {

/// The process stood still for about `span`. Guests may have spoken and operations may have ended
/// in time: every member is given its whole silence limit anew, and what is under way `span` more.
void forgive(World&, Millis span);

}  // namespace cpe::deployment
