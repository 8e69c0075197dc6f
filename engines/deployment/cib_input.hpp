// What the scheduler is shown: the configuration with run-time values, and the status as it is now.
//
// Thread: its deployable's strand.
#pragma once

#include "engines/deployment/world.hpp"

#include <string>

namespace cpe::deployment {

Result<std::string> make_cib(const World&);
/// What it would be shown at once after a reload that brings this model: what is new was never
/// made, and no failure holds anything.
Result<std::string> make_cib(const World&, const Deployable& next, const translate::Configuration&);
/// Is it shown as out of reach and not proven dead, so that the scheduler plans its fence?
bool is_lost(const World&, const AssemblyUnit&);
/// What a reference resolves to now; empty = it has no value yet.
std::string_view resolve(const World&, const Reference&);
/// Must it not be started now (pause, hard failure, a reference without a value)?
bool is_held(const World&, const ServiceUnit&);

}  // namespace cpe::deployment
