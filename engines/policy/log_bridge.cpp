#include "engines/policy/log_bridge.hpp"

#include <crm/crm.h>
#include <crm_config.h>
#include <qb/qblog.h>

#include <algorithm>
#include <utility>

namespace cpe::policy {
namespace {

thread_local LogScope* open_scope = nullptr;

LogLevel level_of(const qb_log_callsite& site) {
    if (site.priority <= LOG_ERR) return LogLevel::error;
    // What it remarks at every tick about options that we always write ("Blind faith: not fencing
    // unseen nodes"): no news to an operator.
    if (site.function && std::string_view(site.function) == "unpack_config") return LogLevel::debug;
    return site.priority == LOG_WARNING ? LogLevel::warning : LogLevel::info;
}

void on_line(int32_t, qb_log_callsite* site, timespec*, const char* message) {
    if (open_scope && site && message) open_scope->line(level_of(*site), message);
}

std::string one_line(std::string_view text) {
    std::string line(text.substr(0, max_log_line_chars));
    std::replace_if(
        line.begin(), line.end(), [](unsigned char c) { return c < ' '; }, ' ');
    return line;
}

}  // namespace

void open_log_target() {
    const auto target = qb_log_custom_open(on_line, nullptr, nullptr, nullptr);
    qb_log_ctl(target, QB_LOG_CONF_THREADED, QB_FALSE);
    qb_log_ctl(target, QB_LOG_CONF_ENABLED, QB_TRUE);
    // Never lower: at LOG_TRACE the library's harmless checks become aborts.
    set_crm_log_level(LOG_NOTICE);
}

LogScope::LogScope(LogSink sink, std::string_view name)
    : sink_(std::move(sink)), component_("policy " + std::string(name)) {
    open_scope = this;
}

LogScope::~LogScope() {
    open_scope = nullptr;
    if (sink_ && lines_ > max_log_lines)
        sink_(LogLevel::warning, component_,
              std::to_string(lines_ - max_log_lines) + " further lines of this tick not shown");
}

void LogScope::line(LogLevel level, std::string_view text) {
    const std::string shown = one_line(text);
    if (level == LogLevel::error && first_error_.empty()) first_error_ = shown;
    if (sink_ && ++lines_ <= max_log_lines) sink_(level, component_, shown);
}

void log_failed_check(std::string_view text) {
    if (open_scope)
        open_scope->line(LogLevel::warning, "a check of Pacemaker's failed: " + std::string(text));
}

}  // namespace cpe::policy
