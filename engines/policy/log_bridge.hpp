// Pacemaker logs through libqb; here its lines reach a LogSink, under the deployable's name.
//
// Thread: a LogScope serves the lines of its own thread; one at a time on a thread.
#pragma once

#include <cpe/log.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace cpe::policy {

/// Lines of one tick that are passed on; what follows is counted and told in one line.
constexpr std::size_t max_log_lines = 200;
/// Characters of one line that are passed on.
constexpr std::size_t max_log_line_chars = 1000;

/// Once a process, after crm_log_preinit().
void open_log_target();

/// While it lives, this thread's lines go to `sink` as component "policy NAME".
class LogScope {
public:
    LogScope(LogSink sink, std::string_view name);
    LogScope(const LogScope&) = delete;
    LogScope& operator=(const LogScope&) = delete;
    ~LogScope();

    void line(LogLevel level, std::string_view text);
    /// The first error told since the scope began; empty when there was none.
    [[nodiscard]] const std::string& first_error() const { return first_error_; }

private:
    LogSink sink_;
    std::string component_;
    std::string first_error_;
    std::size_t lines_ = 0;
};

/// A check of the library's that failed and that it goes on after.
void log_failed_check(std::string_view text);

}  // namespace cpe::policy
