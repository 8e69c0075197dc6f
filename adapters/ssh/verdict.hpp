// From what a guest's shell told of a run to OCF's code, reason and output.
//
// Thread: any; pure. Exit codes as Pacemaker 2.1.5 maps them; systemd by the properties of the
// unit, for systemctl's exit codes do not tell.
#pragma once

#include "adapters/ssh/command.hpp"

#include <string>

namespace cpe::ssh {

/// Exit code by which guest.sh says: judge by the properties in the output.
constexpr int by_properties = 200;

[[nodiscard]] RunEnd verdict(const OperationRequest& request, int exit_code,
                             const std::string& output);

}  // namespace cpe::ssh
