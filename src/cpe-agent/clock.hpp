// The agent's clock.
//
// Thread: any.
#pragma once

#include <cpe/time.hpp>

#include <chrono>

namespace cpe::guest {

inline MonoTime now() {
    return MonoTime{
        std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now().time_since_epoch())};
}

}  // namespace cpe::guest
