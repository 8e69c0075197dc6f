#include "engines/policy/clock.hpp"

#include <crm/common/iso8601.h>
#include <crm/common/nvpair.h>
#include <crm/crm.h>
#include <crm_config.h>

#include <algorithm>
#include <charconv>
#include <ctime>

namespace cpe::policy {
namespace {

constexpr std::uint32_t max_year = 9999;

Error no_time(const std::string& text) {
    return Error{Errc::invalid_input, "'" + text + "' is no time", "--now",
                 "seconds since the epoch, or ISO 8601 such as 2026-11-25T12:00:00Z"};
}

bool is_number(const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool year_in_range(const crm_time_t& time) {
    std::uint32_t year = 0, day = 0;
    return crm_time_get_ordinal(&time, &year, &day) != 0 && year <= max_year;
}

}  // namespace

void FreeTime::operator()(crm_time_s* time) const {
    crm_time_free(time);
}

Time time_at(WallTime when) {
    Time time{crm_time_new_undefined()};
    const auto seconds = static_cast<std::time_t>(when.ms / 1000);
    crm_time_set_timet(time.get(), &seconds);
    return time;
}

WallTime wall_time(const crm_time_s& time) {
    return WallTime{crm_time_get_seconds_since_epoch(&time) * 1000};
}

Result<Time> read_time(const std::string& text) {
    if (text.empty() || text.size() > max_time_chars)
        return no_time(text.substr(0, max_time_chars));
    if (is_number(text)) {
        std::int64_t seconds = 0;
        const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
        if (read.ec != std::errc{} || seconds > max_epoch_seconds) return no_time(text);
        return time_at(WallTime{seconds * 1000});
    }
    Time time{crm_time_new(text.c_str())};
    if (!time || !year_in_range(*time)) return no_time(text);
    return time;
}

Result<Time> execution_date(const xmlNode& cib) {
    std::time_t seconds = 0;
    crm_element_value_epoch(&cib, "execution-date", &seconds);
    if (seconds < -max_epoch_seconds || seconds > max_epoch_seconds)
        return Error{Errc::invalid_input, "its execution-date is no time", "CIB",
                     "seconds since the epoch; --now overrides it"};
    if (seconds == 0) return Time{};
    return time_at(WallTime{seconds * 1000});
}

}  // namespace cpe::policy
