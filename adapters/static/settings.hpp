// What the static provider is told when it is made: how its hosts are fenced, and its limits.
//
// Thread: any; values.
#pragma once

#include <cpe/log.hpp>
#include <cpe/time.hpp>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

namespace cpe::static_hosts {

/// A fence agent of Debian's fence-agents, or any program in their calling convention.
struct Fencing {
    std::filesystem::path program;       ///< absolute: /usr/sbin/fence_ipmilan
    std::filesystem::path options_file;  ///< has secrets; see options_file.hpp
    Millis action_timeout{60'000};       ///< of one run of the program; then it is killed
    Millis status_interval{300'000};     ///< between two looks at a host at rest; 0: never
};

struct Limits {
    std::size_t hosts = 10'000;         ///< of one provider
    std::size_t commands_waiting = 16;  ///< of one assembly; further ones are refused
    std::size_t confirmations = 5;      ///< looks at the state after it was switched
    Millis confirm_pause{1'000};        ///< between two of them
};

struct Settings {
    std::string name;  ///< in the configuration
    std::optional<Fencing> fencing;
    LogSink log;  ///< may be empty
    Limits limits;
};

}  // namespace cpe::static_hosts
