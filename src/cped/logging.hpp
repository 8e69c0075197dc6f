// Where log lines go: stderr, journal style.
//
// Thread: the sink may be called from any thread.
#pragma once

#include <cpe/log.hpp>

namespace cpe::cped {

/// Under systemd each line carries its priority ("<4>registry: ..."), else time and level.
LogSink open_log(LogLevel level);
void set_log_level(LogLevel level);

}  // namespace cpe::cped
