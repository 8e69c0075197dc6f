#include "test/sim/timeline.hpp"

#include <algorithm>

namespace cpe::sim {

void Timeline::at(Millis after, Work work) {
    queue_.emplace(std::pair(mono_ + std::max(after, Millis{0}), ++asked_), std::move(work));
}

bool Timeline::run_next(MonoTime until) {
    if (queue_.empty() || queue_.begin()->first.first > until) {
        mono_ = std::max(mono_, until);
        return false;
    }
    auto next = queue_.extract(queue_.begin());
    mono_ = next.key().first;
    ++steps_;
    next.mapped()();
    return true;
}

void Timeline::jump_wall(Millis by) {
    wall_offset_ += by.count();
    last_jump_ = mono_;
}

}  // namespace cpe::sim
