// Where engines and adapters send their log lines: a callback, never a sink of their own.
//
// Thread: the sink must accept calls from any thread. Lines carry no secret and no newline.
#pragma once

#include <functional>
#include <string_view>

namespace cpe {

enum class LogLevel { trace, debug, info, warning, error };

/// (level, component such as "amqp" or "dpe shop", message)
using LogSink = std::function<void(LogLevel, std::string_view component, std::string_view message)>;

}  // namespace cpe
