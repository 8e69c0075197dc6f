// Starts one process in a session of its own, with its messages on a pipe and nothing else of ours.
//
// Thread: any. Ownership: the caller owns the read end and reaps the process.
#pragma once

#include "src/cpe-agent/agent_command.hpp"

#include <cpe/result.hpp>

#include <sys/types.h>

namespace cpe::guest {

struct Spawned {
    pid_t pid = 0;
    int messages = -1;  ///< read end of its pipe; non-blocking
};

/// What goes into the pipe; the rest of stdout and stderr goes to /dev/null.
enum class Heard {
    messages,    ///< stderr: what an agent has to say
    everything,  ///< stdout too: an init script reports there
    answer,      ///< stdout alone: an agent's meta-data
};

/// stdin is /dev/null; every other descriptor is closed, signals are as at boot, the working
/// directory is /. Errors: Errc::unavailable with the system's words.
[[nodiscard]] Result<Spawned> spawn(const Command& command, Heard heard);

}  // namespace cpe::guest
