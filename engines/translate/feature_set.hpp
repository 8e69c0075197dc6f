// The version of the history that we write: it decides how the scheduler computes digests.
//
// Thread: any; constant.
#pragma once

#include <string_view>

namespace cpe::translate {

constexpr std::string_view feature_set = "3.16.1";  // CRM_FEATURE_SET of Pacemaker 2.1.5

}  // namespace cpe::translate
