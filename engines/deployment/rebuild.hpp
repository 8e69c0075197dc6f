// The same world around another model: what is known of assemblies and services moves over by name
// and resource id; lists, indexes, timers and what is under way follow.
//
// Thread: its deployable's strand. The old model is freed before this returns.
#pragma once

#include "engines/deployment/world.hpp"

namespace cpe::deployment {

/// The model lives in the arena. What is in it no more is told to be removed, and its
/// records are forgotten. A service that
/// changes its home keeps nothing.
void rebuild(World&, Deployable model, translate::Configuration);

}  // namespace cpe::deployment
