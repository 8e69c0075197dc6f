// Observed state -> the <status> section, in the form that Pacemaker 2.1.5 reads.
//
// Thread: any; pure. Source: facts/policy-engine.md, "What to write into <status>".
#pragma once

#include "engines/translate/cib.hpp"

#include <span>
#include <string>
#include <string_view>

namespace cpe::translate {

/// `transition_uuid`: the last part of transition keys; must have the form of a UUID.
/// Recurring monitors of what is in maintenance are left out: the scheduler would cancel them, and
/// what is not touched is still to be watched.
std::string status_section(std::span<const NodeStatus>, const RuntimeValues&,
                           std::string_view transition_uuid);

}  // namespace cpe::translate
