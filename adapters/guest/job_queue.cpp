#include "adapters/guest/job_queue.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace cpe::guest {

bool JobQueue::add(Job job) {
    auto& lane = lanes_[job.request.resource];
    const auto asked = std::count_if(lane.waiting.begin(), lane.waiting.end(),
                                     [](const auto& waiting) { return !waiting.job.recurring; });
    if (!job.recurring && static_cast<std::size_t>(asked) >= max_waiting_) return false;
    lane.waiting.push_back({order_++, std::move(job)});
    return true;
}

template <class Match>
std::vector<Job> JobQueue::take(const std::string& resource, Match match) {
    std::vector<Job> taken;
    const auto lane = lanes_.find(resource);
    if (lane == lanes_.end()) return taken;
    std::deque<Waiting> kept;
    for (auto& waiting : lane->second.waiting) {
        if (match(waiting.job))
            taken.push_back(std::move(waiting.job));
        else
            kept.push_back(std::move(waiting));
    }
    lane->second.waiting = std::move(kept);
    drop_if_empty(lane);
    return taken;
}

std::vector<Job> JobQueue::take_monitors(const std::string& resource) {
    return take(resource, [](const Job& job) { return job.request.operation == "monitor"; });
}

std::vector<Job> JobQueue::take_monitor(const MonitorKey& key) {
    return take(key.first, [&](const Job& job) {
        return job.request.operation == "monitor" && job.request.interval == key.second;
    });
}

std::optional<Job> JobQueue::take_asked(const std::string& resource, OperationId id) {
    auto taken =
        take(resource, [&](const Job& job) { return !job.recurring && job.request.id == id; });
    if (taken.empty()) return std::nullopt;
    return std::move(taken.front());
}

void JobQueue::drop_recurring() {
    std::vector<std::string> resources;
    for (const auto& [resource, lane] : lanes_) resources.push_back(resource);
    for (const auto& resource : resources)
        take(resource, [](const Job& job) { return job.recurring; });
}

std::optional<Job> JobQueue::next() {
    if (running_ >= max_running_) return std::nullopt;
    Lane* best = nullptr;
    const auto rank = [](const Lane& lane) {
        return std::tuple(lane.waiting.front().job.recurring, lane.waiting.front().order);
    };
    for (auto& [resource, lane] : lanes_) {
        if (lane.busy || lane.waiting.empty()) continue;
        if (!best || rank(lane) < rank(*best)) best = &lane;
    }
    if (!best) return std::nullopt;
    auto job = std::move(best->waiting.front().job);
    best->waiting.pop_front();
    best->busy = true;
    ++running_;
    return job;
}

void JobQueue::finished(const std::string& resource) {
    const auto lane = lanes_.find(resource);
    if (lane == lanes_.end() || !lane->second.busy) return;
    lane->second.busy = false;
    --running_;
    drop_if_empty(lane);
}

void JobQueue::drop_if_empty(std::map<std::string, Lane>::iterator lane) {
    if (!lane->second.busy && lane->second.waiting.empty()) lanes_.erase(lane);
}

std::vector<OperationId> JobQueue::waiting() const {
    std::vector<OperationId> ids;
    for (const auto& [resource, lane] : lanes_)
        for (const auto& waiting : lane.waiting)
            if (!waiting.job.recurring) ids.push_back(waiting.job.request.id);
    return ids;
}

}  // namespace cpe::guest
