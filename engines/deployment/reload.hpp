// A new document for a deployable that lives: differences only (design.md §4, §5).
//
// Thread: its deployable's strand. What is under way when it comes is awaited by the new world;
// nothing new begins before the scheduler has seen the new model.
#pragma once

#include "engines/deployment/world.hpp"

#include <memory_resource>
#include <string>

namespace cpe::deployment {

/// The CIB of the first tick after this reload: for admission. Both models live in the given
/// resource while it is made. Errors: why it would be refused.
Result<std::string> reload_cib(const World&, Deployable fresh, const translate::Stylesheet&,
                               std::pmr::memory_resource&);
/// Takes effect at once or, when it is refused, changes nothing: either way it is answered.
void on_reload(World&, event::Reload&, const translate::Stylesheet&);

}  // namespace cpe::deployment
