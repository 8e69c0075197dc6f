// The escalation window: the Nth failure within the period goes to the next rung (design.md §8).
//
// Thread: its deployable's strand. Pure. Wall times, since the window survives restarts of cped.
#pragma once

#include <cpe/model.hpp>

#include <memory_resource>
#include <vector>

namespace cpe::deployment {

class FailureWindow {
public:
    /// A document may ask for more failures than this; so many are remembered at most, and the
    /// window escalates at this number then.
    static constexpr std::uint32_t max_failures = 1000;

    FailureWindow(const Escalation&, std::pmr::memory_resource&);

    struct Verdict {
        bool escalates = false;
        std::size_t failures = 0;  ///< in the window, this one included
        WallTime first;            ///< the oldest of them
    };
    /// One more failure. Escalates when t_N - t_1 <= period; the window is empty then.
    Verdict add(WallTime at);

    [[nodiscard]] const std::pmr::vector<WallTime>& failures() const { return times_; }
    [[nodiscard]] const Escalation& limits() const { return limits_; }
    /// A person wants it counted from zero.
    void clear() { times_.clear(); }
    void restore(std::vector<WallTime> times);
    /// Of a new document: what was remembered counts as far as it fits. Nothing escalates by it.
    void set_limits(const Escalation&);

private:
    void forget_before(WallTime oldest);

    Escalation limits_;
    std::pmr::vector<WallTime> times_;  ///< oldest first
};

}  // namespace cpe::deployment
