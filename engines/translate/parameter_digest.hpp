// The digest of parameters as Pacemaker 2.1.5 makes it (lib/common/digest.c, version 1): what the
// history says of a service's start is compared with what the configuration would give now.
//
// Thread: any; pure. Source: facts/policy-engine.md; test/engines/policy holds it equal to
// libcrmcommon's over random parameters.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cpe::translate {

using ParameterList = std::vector<std::pair<std::string_view, std::string_view>>;

/// 32 hexadecimal digits; the order of the parameters does not matter.
std::string parameter_digest(ParameterList);

}  // namespace cpe::translate
