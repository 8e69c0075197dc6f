// Growing pauses between attempts at what does not start: 0, 1, 2, 4, ... 60 s (design.md §5).
//
// Thread: its deployable's strand. Pure.
#pragma once

#include <cpe/time.hpp>

#include <optional>

namespace cpe::deployment {

class Backoff {
public:
    static constexpr Millis longest{60'000};
    static constexpr Millis reset_after{60'000};  ///< of running: then the pauses begin anew

    /// It runs now. Keeps the moment of the first call since the last failure.
    void runs(MonoTime now) {
        if (!running_since_) running_since_ = now;
    }
    /// It does not run any more, through no failed attempt of ours.
    void ended(MonoTime now) {
        if (running_since_ && now - *running_since_ >= reset_after) attempts_ = 0;
        running_since_.reset();
    }
    /// It failed: how long to wait before the next attempt.
    Millis failed(MonoTime now) {
        ended(now);
        const Millis pause = pause_after(attempts_);
        if (attempts_ < attempts_at_longest) ++attempts_;
        return pause;
    }

    void reset() { attempts_ = 0; }
    [[nodiscard]] int attempts() const { return attempts_; }
    void restore(int attempts) {
        attempts_ = attempts < 0 ? 0 : attempts;
        if (attempts_ > attempts_at_longest) attempts_ = attempts_at_longest;
    }

private:
    static constexpr int attempts_at_longest = 8;

    static Millis pause_after(int attempts) {
        if (attempts == 0) return Millis{0};
        const Millis pause{1000LL << (attempts - 1)};
        return pause < longest ? pause : longest;
    }

    int attempts_ = 0;
    std::optional<MonoTime> running_since_;
};

}  // namespace cpe::deployment
