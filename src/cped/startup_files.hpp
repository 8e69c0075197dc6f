// The deployables that the configuration names: read at the start, and when somebody asks for one.
//
// Thread: main; reads files, which blocks.
#pragma once

#include "src/config/configuration.hpp"
#include "src/registry/registry.hpp"

namespace cpe::cped {

/// A file that cannot be read is logged; the others are loaded.
void load_startup_files(const config::Configuration&, registry::Registry&, const LogSink&);

/// The file whose document is of the deployable `name`, as it is now. Errc::invalid_input where
/// none is; the error of a file that cannot be read where it may have been that one.
Result<registry::StartupFile> find_startup_file(const config::Configuration&,
                                                const deployable::Limits&, const std::string& name);

}  // namespace cpe::cped
