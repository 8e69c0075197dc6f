#include "src/cped/logging.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <memory>
#include <string>

namespace cpe::cped {

namespace {

spdlog::level::level_enum level_of(LogLevel level) {
    switch (level) {
        case LogLevel::trace: return spdlog::level::trace;
        case LogLevel::debug: return spdlog::level::debug;
        case LogLevel::info: return spdlog::level::info;
        case LogLevel::warning: return spdlog::level::warn;
        case LogLevel::error: return spdlog::level::err;
    }
    return spdlog::level::err;
}

/// sd-daemon(3): the journal takes the level from this prefix.
const char* journal_prefix(LogLevel level) {
    switch (level) {
        case LogLevel::trace:
        case LogLevel::debug: return "<7>";
        case LogLevel::info: return "<6>";
        case LogLevel::warning: return "<4>";
        case LogLevel::error: return "<3>";
    }
    return "<3>";
}

/// A line is a line, whatever was put into it.
std::string one_line(std::string_view text) {
    std::string line(text);
    for (char& c : line)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    return line;
}

}  // namespace

LogSink open_log(LogLevel level) {
    const bool journal = std::getenv("JOURNAL_STREAM") != nullptr;
    auto logger = spdlog::stderr_logger_mt("cped");
    logger->set_pattern(journal ? "%v" : "%Y-%m-%dT%H:%M:%S.%e%z %l %v");
    spdlog::set_default_logger(logger);
    set_log_level(level);
    return [logger, journal](LogLevel at, std::string_view component, std::string_view message) {
        if (!logger->should_log(level_of(at))) return;
        logger->log(level_of(at), "{}{}: {}", journal ? journal_prefix(at) : "",
                    one_line(component), one_line(message));
        logger->flush();
    };
}

void set_log_level(LogLevel level) {
    spdlog::set_level(level_of(level));
}

}  // namespace cpe::cped
