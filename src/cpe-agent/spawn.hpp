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
    int messages = -1;  ///< read end of the pipe that is its stderr; non-blocking
};

/// stdin and stdout are /dev/null (an init script's stdout is the pipe too: it reports there);
/// every other descriptor is closed, signals are as at boot, the working directory is /.
/// Errors: Errc::unavailable with the system's words.
[[nodiscard]] Result<Spawned> spawn(const Command& command, bool stdout_to_pipe);

}  // namespace cpe::guest
