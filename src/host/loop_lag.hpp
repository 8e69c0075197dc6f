// Measures how late the event loop runs what is due: the health of everything else.
//
// Thread: the loop thread. One alarm a second; nothing else.
#pragma once

#include "src/host/alarm.hpp"

#include <cpe/log.hpp>
#include <cpe/time.hpp>

#include <array>
#include <functional>
#include <memory>

namespace cpe::host {

class LoopLag {
public:
    /// Lag over it is logged (at most once a minute).
    static constexpr Millis warn_over{100};
    /// Lag over it is more than load: the process stood still.
    static constexpr Millis still_over{1'000};
    static constexpr Millis period{1'000};

    using StoodStill = std::function<void(Millis)>;

    /// `stood_still` is called within check() or from the alarm, whichever comes first.
    LoopLag(std::unique_ptr<Alarm> alarm, const Clock& clock, LogSink log, StoodStill stood_still);

    void start();
    /// For whoever is about to judge by the clock: what waits to be read since the process stood
    /// still may be older than the alarm, and is handled before it. Costs a look at the clock.
    void check();
    void stop();
    /// The greatest lag seen in the last minute.
    [[nodiscard]] Millis worst() const;

private:
    void sample();
    void note(Millis lag);

    std::unique_ptr<Alarm> alarm_;
    const Clock& clock_;
    LogSink log_;
    StoodStill stood_still_;
    MonoTime due_ = MonoTime::max();    ///< of the next sample; max: it is not measured
    std::array<Millis, 60> samples_{};  // a ring: one a second
    std::size_t next_ = 0;
    std::size_t quiet_ = 0;  // samples until the next warning may be given
};

}  // namespace cpe::host
