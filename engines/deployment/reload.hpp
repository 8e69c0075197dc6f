// A new document for a deployable that lives: differences only (design.md §4, §5).
//
// Thread: its deployable's strand. What is under way when it comes is awaited by the new world;
// nothing new begins before the scheduler has seen the new model.
#pragma once

#include "engines/deployment/world.hpp"

namespace cpe::deployment {

/// Takes effect at once or, when it is refused, changes nothing: either way it is answered.
void on_reload(World&, event::Reload&, const translate::Stylesheet&);

}  // namespace cpe::deployment
