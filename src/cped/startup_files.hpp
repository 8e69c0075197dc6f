// The deployables that the configuration names: read at the start.
//
// Thread: main, before the loop runs.
#pragma once

#include "src/config/configuration.hpp"
#include "src/registry/registry.hpp"

namespace cpe::cped {

/// A file that cannot be read is logged; the others are loaded.
void load_startup_files(const config::Configuration&, registry::Registry&, const LogSink&);

}  // namespace cpe::cped
