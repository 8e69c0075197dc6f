// What an exit code of an init script means to Pacemaker (LSB 5.0).
//
// Thread: any; pure.
#pragma once

#include <cpe/operation.hpp>

#include <string>

namespace cpe::guest {

/// OCF's code of it, as Pacemaker 2.1.5 maps them. `operation`: monitor (the script's "status"),
/// start, stop, ...
[[nodiscard]] int ocf_of_lsb(const std::string& operation, int code);

}  // namespace cpe::guest
