// Starting cpe-sandbox as a child.
//
// Thread: any; does not wait for the child.
#pragma once

#include "adapters/local/posix.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace cpe::local {

struct Spawned {
    Fd line;     ///< our end of its descriptor 3
    Fd process;  ///< pidfd
};

/// With /dev/null as stdin, stdout and stderr, every other descriptor closed, all signals as by
/// default, its own session, "/" as its folder, and PATH and LANG as its environment.
[[nodiscard]] Result<Spawned> spawn(const std::filesystem::path& program,
                                    const std::vector<std::string>& words);

}  // namespace cpe::local
