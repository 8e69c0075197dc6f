// /dev of a sandbox: the harmless devices of the host, its own terminals and shared memory.
//
// Thread: one, before the sandbox lives. Blocking.
#pragma once

#include "adapters/local/posix.hpp"

#include <string>
#include <vector>

namespace cpe::local {

struct Device {
    std::string name;
    Fd node;
};

/// Opens the host's nodes, while they can still be seen.
[[nodiscard]] Result<std::vector<Device>> open_devices();
[[nodiscard]] Result<> make_dev(const std::vector<Device>& devices);

}  // namespace cpe::local
