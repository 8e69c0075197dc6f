// May this process make sandboxes at all?
//
// Thread: any.
#pragma once

#include <cpe/result.hpp>

#include <sys/types.h>
#include <cstdint>
#include <string>

namespace cpe::local {

/// Errc::not_allowed, unless `uid` is root and `capabilities` (CapEff) has what namespaces, mounts
/// and networks need.
[[nodiscard]] Result<> check_privileges(uid_t uid, std::uint64_t capabilities);

/// Of this process.
[[nodiscard]] Result<> check_own_privileges();

}  // namespace cpe::local
