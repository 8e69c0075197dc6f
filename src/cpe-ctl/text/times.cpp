#include "src/cpe-ctl/text/times.hpp"

#include <array>
#include <cstdio>

namespace cpe::ctl {

std::string local_time(WallTime time, const Moment& moment) {
    using namespace std::chrono;
    const sys_time<milliseconds> local{milliseconds{time.ms} + moment.offset(time)};
    const auto day = floor<days>(local);
    const year_month_day date{day};
    const hh_mm_ss clock{floor<seconds>(local - day)};
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d",
                  static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    return text.data();
}

std::string age(WallTime time, const Moment& moment) {
    const auto apart = moment.now.ms - time.ms;
    const auto seconds = (apart < 0 ? -apart : apart) / 1000;
    std::string text;
    if (seconds < 120)
        text = std::to_string(seconds) + " s";
    else if (seconds < 2 * 3600)
        text = std::to_string(seconds / 60) + " min";
    else if (seconds < 2 * 86'400)
        text = std::to_string(seconds / 3600) + " h";
    else
        text = std::to_string(seconds / 86'400) + " d";
    return apart < -999 ? "in " + text : text + " ago";
}

std::string time_and_age(WallTime time, const Moment& moment) {
    if (time.ms == 0) return "-";
    return local_time(time, moment) + " (" + age(time, moment) + ")";
}

}  // namespace cpe::ctl
