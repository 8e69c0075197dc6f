// Who this agent is: the guest's boot, this life of the agent, the host's name.
//
// Thread: any. Reads files; errors name them.
#pragma once

#include "src/cpe-agent/core.hpp"

#include <cpe/result.hpp>

#include <filesystem>

namespace cpe::guest {

/// `boot_id_file` empty: /run/cpe/boot_id, which a sandbox's init writes, or where there is none
/// the kernel's own, which is right for a machine and wrong for a sandbox.
[[nodiscard]] Result<Identity> find_identity(const std::filesystem::path& boot_id_file);

}  // namespace cpe::guest
