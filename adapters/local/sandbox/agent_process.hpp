// Starting the agent inside the sandbox: clean environment, no descriptor but its output, and
// without the capabilities that reach the whole machine.
//
// Thread: one, the sandbox's init.
#pragma once

#include <cpe/result.hpp>

#include <sys/types.h>

namespace cpe::local {

/// Where everything is inside (docs/local-provider.md).
constexpr const char* agent_inside = "/run/cpe/bin/cpe-agent";
constexpr const char* agent_socket_inside = "/run/cpe/agent/agent.sock";

/// `output`: what its stdout and stderr become.
[[nodiscard]] Result<pid_t> start_agent(int output);

/// Takes capabilities off the bounding set, so that no program started from here on has them:
/// loading modules, raw hardware, the clock, the kernel's log, its mandatory access rules.
[[nodiscard]] Result<> drop_machine_capabilities();

}  // namespace cpe::local
