#include "adapters/openstack/timestamp.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace cpe::openstack {
namespace {

/// Takes digits and fixed characters from a text's front; once something does not fit, all fails.
class Scanner {
public:
    explicit Scanner(std::string_view text) : left_(text) {}

    int digits(std::size_t count) {
        int number = 0;
        if (left_.size() < count) ok_ = false;
        if (!ok_) return 0;
        const auto [end, error] = std::from_chars(left_.data(), left_.data() + count, number);
        if (error != std::errc() || end != left_.data() + count || number < 0) ok_ = false;
        left_.remove_prefix(count);
        return number;
    }
    void expect(std::string_view text) {
        if (!left_.starts_with(text)) ok_ = false;
        if (ok_) left_.remove_prefix(text.size());
    }
    /// Which of these it is, counted from 1.
    template <std::size_t Count>
    unsigned one_of(const std::array<std::string_view, Count>& words) {
        for (unsigned i = 0; i < Count; ++i)
            if (left_.starts_with(words[i])) {
                left_.remove_prefix(words[i].size());
                return i + 1;
            }
        ok_ = false;
        return 0;
    }
    [[nodiscard]] std::string_view left() const { return left_; }
    [[nodiscard]] bool ok() const { return ok_; }

private:
    std::string_view left_;
    bool ok_ = true;
};

std::optional<WallTime> point(int year, unsigned month, int day, int hour, int minute, int second) {
    using namespace std::chrono;
    const year_month_day date{std::chrono::year(year), std::chrono::month(month),
                              std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    const auto time = sys_days(date) + hours(hour) + minutes(minute) + seconds(second);
    return WallTime{duration_cast<milliseconds>(time.time_since_epoch()).count()};
}

/// What may stand after the seconds: a fraction, and that it is UTC.
std::optional<std::int64_t> fraction_ms(std::string_view text) {
    std::int64_t ms = 0;
    if (text.starts_with('.')) {
        const auto end = std::min(text.find_first_not_of("0123456789", 1), text.size());
        if (end == 1) return std::nullopt;
        for (std::size_t i = 1, unit = 100; i < end && unit > 0; ++i, unit /= 10)
            ms += (text[i] - '0') * static_cast<std::int64_t>(unit);
        text.remove_prefix(end);
    }
    if (!text.empty() && text != "Z" && text != "+00:00") return std::nullopt;
    return ms;
}

constexpr std::array<std::string_view, 7> days{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

}  // namespace

std::optional<WallTime> parse_timestamp(std::string_view text) {
    Scanner scan(text);
    const int year = scan.digits(4);
    scan.expect("-");
    const int month = scan.digits(2);
    scan.expect("-");
    const int day = scan.digits(2);
    scan.expect("T");
    const int hour = scan.digits(2);
    scan.expect(":");
    const int minute = scan.digits(2);
    scan.expect(":");
    const int second = scan.digits(2);
    if (!scan.ok()) return std::nullopt;
    const auto ms = fraction_ms(scan.left());
    auto time = point(year, static_cast<unsigned>(month), day, hour, minute, second);
    if (!ms || !time) return std::nullopt;
    time->ms += *ms;
    return time;
}

std::string format_timestamp(WallTime time) {
    using namespace std::chrono;
    const sys_time<milliseconds> when{milliseconds(time.ms)};
    const auto day = floor<std::chrono::days>(when);
    const year_month_day date(day);
    const hh_mm_ss clock(floor<seconds>(when - day));
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ",
                  static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    return text.data();
}

std::optional<WallTime> parse_http_date(std::string_view text) {
    Scanner scan(text);
    scan.one_of(days);
    scan.expect(", ");
    const int day = scan.digits(2);
    scan.expect(" ");
    const unsigned month = scan.one_of(months);
    scan.expect(" ");
    const int year = scan.digits(4);
    scan.expect(" ");
    const int hour = scan.digits(2);
    scan.expect(":");
    const int minute = scan.digits(2);
    scan.expect(":");
    const int second = scan.digits(2);
    scan.expect(" GMT");
    if (!scan.ok() || !scan.left().empty()) return std::nullopt;
    return point(year, month, day, hour, minute, second);
}

}  // namespace cpe::openstack
