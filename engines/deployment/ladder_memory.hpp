// What is remembered of the upper rungs over restarts of cped: counts, places, pauses, and what was
// under way (see memory.hpp).
//
// Thread: its deployable's strand.
#pragma once

#include "engines/deployment/world.hpp"

#include <boost/json/object.hpp>

namespace cpe::deployment {

[[nodiscard]] boost::json::object memory_of(const World&);
void recall_ladder(World&, const boost::json::object&);
void add_memory(boost::json::object& to, const AssemblyUnit&);
void recall_ladder(AssemblyUnit&, const boost::json::object&);

}  // namespace cpe::deployment
