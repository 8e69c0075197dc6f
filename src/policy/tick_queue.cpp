#include "src/policy/tick_queue.hpp"

#include <algorithm>
#include <utility>

namespace cpe::policy_runner {

bool TickQueue::push(Job& job) {
    auto& own = jobs_[job.request.key];
    if (own.size() >= max_waiting_per_deployable) return false;
    const bool gets_turn = own.empty() && !taken_.contains(job.request.key);
    if (gets_turn) turns_.push_back(job.request.key);
    own.push_back(std::move(job));
    return true;
}

std::optional<Job> TickQueue::take(const std::function<bool(const Job&)>& fits) {
    const auto turn = std::find_if(turns_.begin(), turns_.end(),
                                   [&](const auto& key) { return fits(jobs_.at(key).front()); });
    if (turn == turns_.end()) return std::nullopt;
    const DeployableKey key = std::move(*turn);
    turns_.erase(turn);
    const auto own = jobs_.find(key);
    std::optional<Job> job{std::move(own->second.front())};
    own->second.pop_front();
    if (own->second.empty()) jobs_.erase(own);
    taken_.insert(key);
    return job;
}

void TickQueue::release(const DeployableKey& key) {
    if (taken_.erase(key) > 0 && jobs_.contains(key)) turns_.push_back(key);
}

void TickQueue::forget(const DeployableKey& key) {
    jobs_.erase(key);
    turns_.erase(std::remove(turns_.begin(), turns_.end(), key), turns_.end());
}

std::size_t TickQueue::waiting() const {
    std::size_t count = 0;
    for (const auto& [key, own] : jobs_) count += own.size();
    return count;
}

}  // namespace cpe::policy_runner
