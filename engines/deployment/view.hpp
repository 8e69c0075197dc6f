// What is now, as users see it.
//
// Thread: its deployable's strand.
#pragma once

#include "engines/deployment/world.hpp"

namespace cpe::deployment {

[[nodiscard]] DeployableStatus view(const World&);

}  // namespace cpe::deployment
