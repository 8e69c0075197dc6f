// Time as the engines see it: passed in, never asked for.
//
// Thread: any; values. Units: milliseconds everywhere.
#pragma once

#include <chrono>
#include <cstdint>

namespace cpe {

using Millis = std::chrono::milliseconds;

/// A point on a clock that never jumps. Only differences mean anything; not comparable across
/// processes, never stored.
struct MonoClock {
    using rep = std::int64_t;
    using period = std::milli;
    using duration = Millis;
    using time_point = std::chrono::time_point<MonoClock, Millis>;
    static constexpr bool is_steady = true;
};
using MonoTime = MonoClock::time_point;

/// Milliseconds since 1970-01-01 UTC, as stored and shown; may jump, so it never drives a timer.
struct WallTime {
    std::int64_t ms = 0;
    friend auto operator<=>(const WallTime&, const WallTime&) = default;
};

/// Both clocks at one moment; the `now` that every engine step is given.
struct Now {
    WallTime wall;
    MonoTime mono;
};

/// Where the loop gets `Now` from; tests give virtual time. Called on the loop thread.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Now now() const = 0;
};

}  // namespace cpe
