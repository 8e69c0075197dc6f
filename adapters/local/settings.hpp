// What the local provider is told when it is made: programs, folders, subnet and limits.
//
// Thread: any; values.
#pragma once

#include "adapters/local/home.hpp"

#include <cpe/log.hpp>
#include <cpe/paths.hpp>
#include <cpe/time.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace cpe::local {

/// Every bound of the provider. Time limits are each of one stage, not of a whole command.
struct Limits {
    std::size_t sandboxes = 1000;         ///< of one provider (a Linux bridge has 1023 ports)
    std::size_t boots_at_once = 4;        ///< further ones wait their turn
    std::size_t commands_waiting = 16;    ///< of one assembly; further ones are refused
    Millis boot{20'000};                  ///< from the program's start until the sandbox is ready
    Millis stop_grace{1'000};             ///< between SIGTERM and SIGKILL for what runs inside
    Millis stop{10'000};                  ///< until the death of a killed sandbox must be confirmed
    Millis network{10'000};               ///< to make the bridge, or to remove an interface
    Millis remove{60'000};                ///< to delete the files of one sandbox
    std::uint64_t log_bytes = 1U << 20U;  ///< of a sandbox's log; its newest half stays
};

struct Settings {
    std::filesystem::path agent_program;    ///< shown inside as /run/cpe/bin/cpe-agent
    std::filesystem::path sandbox_program;  ///< cpe-sandbox
    std::string name = "local";             ///< of the provider; says where its home is (home.hpp)
    StatePaths paths;
    std::string subnet = "10.88.0.0/16";  ///< one slice of it is used, see subnet.hpp
    /// Hidden inside besides the state directory: the host's secrets.
    std::vector<std::filesystem::path> masked = {"/etc/cpe", "/root/.ssh"};
    LogSink log;  ///< may be empty
    Limits limits;

    [[nodiscard]] Home home() const { return {paths.state_dir, name}; }
};

}  // namespace cpe::local
