// Times as people write and read them.
//
// Thread: any; pure: what the clock and the time zone say is passed in.
#pragma once

#include <cpe/ids.hpp>
#include <cpe/result.hpp>
#include <cpe/time.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace cpe::ctl {

/// Where a person stands in time.
struct Moment {
    WallTime now;
    /// East of UTC at a given time; of the system's time zone.
    std::function<std::chrono::seconds(WallTime)> offset;
};

/// "2026-11-22T12:31:42", local.
std::string local_time(WallTime, const Moment&);
/// "3 s ago", "2 min ago", "5 h ago", "4 d ago"; "in 3 s" for what is to come.
std::string age(WallTime, const Moment&);
/// "2026-11-22T12:31:42 (3 s ago)"; "-" for the epoch itself: it never was.
std::string time_and_age(WallTime, const Moment&);

/// Where a stream of events begins.
using Since = std::variant<EventId, WallTime>;

/// "#42", "10m", "2h", "1d", "30s", or ISO 8601: "2026-11-22", "2026-11-22T12:31",
/// "2026-11-22T12:31:42.5+01:00"; without a zone: local.
Result<Since> parse_since(std::string_view text, const Moment&);

}  // namespace cpe::ctl
