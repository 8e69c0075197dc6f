// The bound of ticks per minute of one deployable: half of it may be used in a burst, the rest is
// spread, so that a deployable in trouble goes on slowly instead of stopping for a minute.
//
// Thread: its deployable's strand. Pure. In no 60 s are there more than `per_minute` ticks: after
// the burst each waits 60 s / (half of the bound).
#pragma once

#include <cpe/time.hpp>

#include <algorithm>
#include <memory_resource>
#include <vector>

namespace cpe::deployment {

class Pace {
public:
    Pace(int per_minute, std::pmr::memory_resource& arena)
        : burst_(static_cast<std::size_t>(std::max(1, per_minute / 2))), taken_(&arena) {
        taken_.reserve(burst_);
    }

    /// When the next tick may be: not after `now` if it may be at once.
    [[nodiscard]] MonoTime earliest(MonoTime now) const {
        if (taken_.size() < burst_ || now - taken_.front() >= minute) return now;
        return std::min(taken_.back() + minute / static_cast<int>(burst_), taken_.front() + minute);
    }
    void take(MonoTime now) {
        if (taken_.size() == burst_) taken_.erase(taken_.begin());
        taken_.push_back(now);
    }

private:
    static constexpr Millis minute{60'000};
    std::size_t burst_;
    std::pmr::vector<MonoTime> taken_;  ///< the last `burst_` ticks, oldest first
};

}  // namespace cpe::deployment
