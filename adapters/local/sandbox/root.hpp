// The sandbox's file system: everything is mounted in its own mount namespace, nothing outside.
//
// Inside: / is an overlay over the host's root file system (other mounts of the host are not seen),
// /run, /tmp and /dev are fresh, /proc is its own, /sys and the host's kernel settings are
// read-only, the state directory is hidden, and /run/cpe holds
//   agent/          the agent directory of cped, where agent.sock is
//   bin/cpe-agent   the agent's program
//   boot_id         random, new at each boot
//   hostname, hosts what /etc/hostname and /etc/hosts show
//
// Thread: one, the sandbox's init, before it lives. Blocking.
#pragma once

#include "adapters/local/sandbox/boot_plan.hpp"

#include <string>

namespace cpe::local {

/// Moves the calling process, alone in its new namespaces, into the sandbox's root.
[[nodiscard]] Result<> enter_root(const BootPlan& plan, const std::string& boot_id);

}  // namespace cpe::local
