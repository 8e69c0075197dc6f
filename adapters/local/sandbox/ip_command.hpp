// iproute2's `ip -batch`, as a child of the sandbox program.
//
// Thread: one. Blocking; cped's deadline ends it with us (the child dies with its parent).
#pragma once

#include <cpe/result.hpp>

#include <string>

namespace cpe::local {

/// Carries out lines such as "link set lo up". Errc::unavailable with ip's own first line of
/// complaint, or that iproute2 is missing.
[[nodiscard]] Result<> run_ip(const std::string& batch);

/// Removes an interface where it exists.
[[nodiscard]] Result<> drop_interface(const std::string& name);

}  // namespace cpe::local
