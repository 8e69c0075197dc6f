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
std::string status_section(std::span<const NodeStatus>, std::string_view transition_uuid);

}  // namespace cpe::translate
