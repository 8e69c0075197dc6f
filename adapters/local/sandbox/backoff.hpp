// How long to wait before a program that ended is started again: 0, 0.1, 0.2, 0.4 ... 2 s.
//
// Thread: any; values. Pure: time is passed in.
#pragma once

#include <cpe/time.hpp>

#include <algorithm>

namespace cpe::local {

class Backoff {
public:
    static constexpr Millis shortest{100};
    static constexpr Millis longest{2'000};
    static constexpr Millis steady{10'000};  ///< who ran so long begins anew

    /// The pause after a run of that length.
    [[nodiscard]] Millis after_run(Millis ran) {
        if (ran >= steady) next_ = Millis(0);
        const auto pause = next_;
        next_ = std::clamp(next_ * 2, shortest, longest);
        return pause;
    }

private:
    Millis next_{0};
};

}  // namespace cpe::local
