#include "engines/deployment/window.hpp"

#include <algorithm>

namespace cpe::deployment {

FailureWindow::FailureWindow(const Escalation& limits, std::pmr::memory_resource& arena)
    : times_(&arena) {
    set_limits(limits);
}

void FailureWindow::set_limits(const Escalation& limits) {
    limits_ = limits;
    if (limits_.failures) limits_.failures = std::min(*limits_.failures, max_failures);
    if (!limits_.enabled()) return times_.clear();
    const std::size_t most = *limits_.failures - 1;
    if (times_.size() > most)
        times_.erase(times_.begin(), times_.end() - static_cast<std::ptrdiff_t>(most));
}

void FailureWindow::forget_before(WallTime oldest) {
    std::erase_if(times_, [oldest](WallTime at) { return at < oldest; });
}

FailureWindow::Verdict FailureWindow::add(WallTime at) {
    if (!limits_.enabled()) return {false, 1, at};  // never escalates: nothing to remember
    forget_before(WallTime{at.ms - limits_.period->count()});
    times_.push_back(at);
    Verdict verdict{times_.size() >= *limits_.failures, times_.size(), times_.front()};
    if (verdict.escalates) times_.clear();
    return verdict;
}

void FailureWindow::restore(std::vector<WallTime> times) {
    if (!limits_.enabled()) return;
    std::sort(times.begin(), times.end());
    const auto keep = std::min<std::size_t>(times.size(), *limits_.failures - 1);
    times_.assign(times.end() - static_cast<std::ptrdiff_t>(keep), times.end());
}

}  // namespace cpe::deployment
