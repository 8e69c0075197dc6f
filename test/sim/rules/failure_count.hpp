// An escalation window counted again, independently of the engine's own.
#pragma once

#include "test/sim/plan.hpp"

#include <algorithm>
#include <cstdint>
#include <deque>

namespace cpe::sim::rules {

class FailureCount {
public:
    struct Verdict {
        bool escalates = false;
        std::size_t failures = 1;  ///< in the window, this one included
        std::int64_t first_at = 0;
    };

    /// One more, at that time of the wall. It escalates when t_N - t_1 <= period.
    Verdict add(const Limit& limit, std::int64_t at) {
        if (!limit.failures) return {false, 1, at};
        times_.push_back(at);
        std::erase_if(times_, [&](std::int64_t t) { return at - t > limit.period.count(); });
        const Verdict verdict{times_.size() >= *limit.failures, times_.size(), times_.front()};
        if (verdict.escalates) times_.clear();
        return verdict;
    }
    /// After a reload: what there was counts on, as far as the new limit has a use for it.
    void fit(const Limit& limit) {
        if (!limit.failures) times_.clear();
        while (limit.failures && times_.size() > *limit.failures - 1) times_.pop_front();
    }
    /// cped remembers times, not the order of failures; where the wall's clock jumped, they differ.
    void restart() { std::sort(times_.begin(), times_.end()); }

private:
    std::deque<std::int64_t> times_;
};

}  // namespace cpe::sim::rules
