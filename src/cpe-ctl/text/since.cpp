// What may follow `events --since`.
#include "src/cpe-ctl/text/times.hpp"

#include <charconv>

namespace cpe::ctl {
namespace {

using namespace std::chrono;

Error not_a_time(std::string_view text) {
    return {Errc::invalid_input, "'" + std::string{text} + "' is no time", "--since",
            "ISO 8601 such as 2026-11-22T12:31:42, an age such as 10m, 2h or 1d, or #ID"};
}

/// Takes exactly `digits` digits, or (0) as many as there are, up to 18.
bool take_number(std::string_view& text, std::size_t digits, std::int64_t& number) {
    std::size_t length = 0;
    while (length < text.size() && text[length] >= '0' && text[length] <= '9') ++length;
    if (digits != 0 && length > digits) length = digits;
    if (length == 0 || length > 18 || (digits != 0 && length != digits)) return false;
    std::from_chars(text.data(), text.data() + length, number);
    text.remove_prefix(length);
    return true;
}

bool take(std::string_view& text, char expected) {
    if (text.empty() || text.front() != expected) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<Since> parse_id(std::string_view text) {
    std::int64_t id = 0;
    if (!take(text, '#') || !take_number(text, 0, id) || !text.empty()) return std::nullopt;
    return EventId{static_cast<std::uint64_t>(id)};
}

std::optional<Since> parse_age(std::string_view text, const Moment& moment) {
    constexpr std::int64_t longest_ms = 100LL * 365 * 86'400'000;
    std::int64_t number = 0;
    if (!take_number(text, 0, number)) return std::nullopt;
    std::int64_t unit = 0;
    if (text == "s") unit = 1000;
    if (text == "m" || text == "min") unit = 60'000;
    if (text == "h") unit = 3'600'000;
    if (text == "d") unit = 86'400'000;
    if (unit == 0 || number > longest_ms / unit) return std::nullopt;
    return WallTime{moment.now.ms - number * unit};
}

bool take_date(std::string_view& text, sys_days& date) {
    std::int64_t y = 0, m = 0, d = 0;
    if (!take_number(text, 4, y) || !take(text, '-') || !take_number(text, 2, m) ||
        !take(text, '-') || !take_number(text, 2, d))
        return false;
    const year_month_day ymd{year{static_cast<int>(y)}, month{static_cast<unsigned>(m)},
                             day{static_cast<unsigned>(d)}};
    date = sys_days{ymd};
    return ymd.ok();
}

/// HH:MM[:SS[.fraction]]
bool take_clock(std::string_view& text, milliseconds& clock) {
    std::int64_t h = 0, m = 0, s = 0;
    if (!take_number(text, 2, h) || !take(text, ':') || !take_number(text, 2, m)) return false;
    std::int64_t fraction_ms = 0;
    if (take(text, ':')) {
        if (!take_number(text, 2, s)) return false;
        if (take(text, '.')) {
            std::int64_t weight = 100, digits = 0;
            for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; ++digits) {
                fraction_ms += (text.front() - '0') * weight;
                weight /= 10;
                text.remove_prefix(1);
            }
            if (digits == 0) return false;
        }
    }
    clock = hours{h} + minutes{m} + seconds{s} + milliseconds{fraction_ms};
    return h < 24 && m < 60 && s < 60;
}

/// Z, +HH:MM, -HHMM, +HH
bool take_zone(std::string_view& text, std::optional<seconds>& offset) {
    if (text.empty()) return true;
    if (take(text, 'Z')) {
        offset = seconds{0};
        return true;
    }
    const bool west = text.front() == '-';
    if (!take(text, '-') && !take(text, '+')) return false;
    std::int64_t h = 0, m = 0;
    if (!take_number(text, 2, h)) return false;
    take(text, ':');
    if (!text.empty() && !take_number(text, 2, m)) return false;
    offset = (west ? -1 : 1) * (hours{h} + minutes{m});
    return h < 24 && m < 60;
}

std::optional<Since> parse_iso(std::string_view text, const Moment& moment) {
    sys_days date;
    milliseconds clock{0};
    std::optional<seconds> offset;
    if (!take_date(text, date)) return std::nullopt;
    if (!text.empty() && ((!take(text, 'T') && !take(text, ' ')) || !take_clock(text, clock) ||
                          !take_zone(text, offset) || !text.empty()))
        return std::nullopt;
    const auto local = date.time_since_epoch() + clock;
    // The offset at that very time: asked for as if it were UTC, then once more with the answer.
    const auto guess = offset.value_or(moment.offset({local.count()}));
    const auto east = offset.value_or(moment.offset({(local - guess).count()}));
    return WallTime{(local - east).count()};
}

}  // namespace

Result<Since> parse_since(std::string_view text, const Moment& moment) {
    if (const auto id = parse_id(text)) return *id;
    if (const auto time = parse_age(text, moment)) return *time;
    if (const auto time = parse_iso(text, moment)) return *time;
    return not_a_time(text);
}

}  // namespace cpe::ctl
