// What the ssh channel is told when it is made.
//
// Thread: any; values.
#pragma once

#include "adapters/ssh/pulse.hpp"

#include <cpe/log.hpp>
#include <cpe/time.hpp>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>

namespace cpe::ssh {

struct Settings {
    std::string username = "root";  ///< of deployables that name none
    std::filesystem::path key;      ///< empty: the ssh-agent at agent_socket
    std::filesystem::path passphrase_file;
    std::filesystem::path agent_socket;
    std::filesystem::path known_hosts;  ///< need not exist
    bool trust_on_first_use = false;
    PulseSettings pulse;
    Millis connect_limit{5'000};
    Millis login_limit{10'000};
    std::size_t operations_per_session = 8;
    std::size_t handshakes = 16;
    LogSink log;
    std::function<double()> random;  ///< in [0, 1); for pauses, nonces and ids
};

}  // namespace cpe::ssh
