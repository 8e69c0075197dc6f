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
    offsets_.emplace_back(mono_, wall_offset_);
}

std::optional<MonoTime> Timeline::moment_of(WallTime wall) const {
    for (std::size_t i = 0; i < offsets_.size(); ++i) {
        const MonoTime at{Millis{wall.ms - offsets_[i].second}};
        const MonoTime until = i + 1 < offsets_.size() ? offsets_[i + 1].first : mono_;
        if (at >= offsets_[i].first && at <= until) return at;
    }
    return std::nullopt;
}

}  // namespace cpe::sim
