// How long to wait before the next try to reach cped.
//
// Thread: any; a pure value. cped restarts are normal and short: 50 ms, doubling to 1 s; a cped
// that was reached and did not want us is asked every 10 s.
#pragma once

#include <cpe/time.hpp>

#include <algorithm>

namespace cpe::guest {

class Backoff {
public:
    static constexpr Millis first{50};
    static constexpr Millis longest{1'000};
    static constexpr Millis steady{10'000};
    static constexpr Millis unwanted{10'000};

    Millis next() {
        const auto pause = next_;
        next_ = std::min(next_ * 2, longest);
        return pause;
    }
    void connection_ended(Millis lived) {
        if (lived >= steady) next_ = first;
    }

private:
    Millis next_ = first;
};

}  // namespace cpe::guest
