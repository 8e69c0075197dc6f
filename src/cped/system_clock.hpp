// The real clocks, for the loop.
#pragma once

#include <cpe/time.hpp>

namespace cpe::cped {

class SystemClock final : public Clock {
public:
    [[nodiscard]] Now now() const override {
        using std::chrono::duration_cast;
        const auto wall = std::chrono::system_clock::now().time_since_epoch();
        const auto mono = std::chrono::steady_clock::now().time_since_epoch();
        return {WallTime{duration_cast<Millis>(wall).count()},
                MonoTime{duration_cast<Millis>(mono)}};
    }
};

}  // namespace cpe::cped
