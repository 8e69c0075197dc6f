// The texts that guests are given: POSIX sh, with their comments.
//
// Thread: any; constants.
#pragma once

#include <string_view>

namespace cpe::ssh {

std::string_view guest_script();   ///< guest.sh: runs agents and tells of them
std::string_view hello_script();   ///< hello.sh: who the guest is
std::string_view script_runner();  ///< our OCF agent, brought along

}  // namespace cpe::ssh
