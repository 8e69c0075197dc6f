// What a scheduled working set is going to change, told as a person asks for it: what becomes of
// each resource and node, where, and why (not).
//
// Thread: the scheduler's; the set is only read.
#pragma once

#include "engines/policy/simulation.hpp"

#include <crm/pengine/pe_types.h>

#include <vector>

namespace cpe::policy {

/// After the scheduler ran. Fences and shutdowns first, then resources as they are configured.
/// What stays as it is has no line.
std::vector<Change> changes_of(const pe_working_set_t& set);

}  // namespace cpe::policy
