// The least that anybody must do to have a plan from libpacemaker: parse, cluster_status, schedule,
// free. No limits, no guard, no typed graph. What ours is compared with.
//
// Thread: one that has a policy::Library.
#pragma once

#include <cstddef>
#include <string>

namespace cpe::bench {

/// Returns the number of synapses, so that nothing can be left out.
std::size_t plan_with_bare_library(const std::string& cib, long now_s);

}  // namespace cpe::bench
