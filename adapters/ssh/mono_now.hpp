// The loop's clock.
//
// Thread: any.
#pragma once

#include <cpe/time.hpp>

#include <chrono>

namespace cpe::ssh {

inline MonoTime mono_now() {
    return MonoTime{
        std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now().time_since_epoch())};
}

inline std::chrono::steady_clock::time_point to_steady(MonoTime time) {
    return std::chrono::steady_clock::time_point(time.time_since_epoch());
}

}  // namespace cpe::ssh
