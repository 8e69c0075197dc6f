#include "src/store/commit_queue.hpp"

#include <algorithm>

namespace cpe::store {

std::size_t bytes_of(const PersistBatch& batch) {
    std::size_t bytes = sizeof batch;
    for (const auto& event : batch.events)
        bytes += sizeof event + event.reason.size() + event.detail.size();
    for (const auto& transition : batch.transitions)
        bytes += sizeof transition + transition.cause.size() + transition.input.size();
    for (const auto& memory : batch.memory)
        bytes += sizeof memory + memory.key.size() + memory.value.size();
    if (batch.document) bytes += batch.document->size();
    bytes += batch.actions.size() * sizeof(ActionRecord);
    if (batch.status)
        bytes += batch.status->assemblies.size() * sizeof(AssemblyStatus) +
                 batch.status->services.size() * sizeof(ServiceStatus);
    return bytes;
}

Error stale_error(const DeployableKey& key) {
    return {Errc::refused, "not stored: an earlier change could not be stored",
            "deployable '" + key.name + "'", "the log names the first failure"};
}

Result<> CommitQueue::push(Commit& commit) {
    const std::lock_guard lock(mutex_);
    if (auto admitted = admit(commit); !admitted) {
        if (commit.kind == Commit::Kind::batch && admitted.error().code == Errc::unavailable)
            ++refused_[commit.batch.key];
        return admitted;
    }
    bytes_ += commit.bytes;
    waiting_.push_back(std::move(commit));
    most_ = std::max(most_, waiting_.size());
    changed_.notify_one();
    return {};
}

Result<> CommitQueue::admit(const Commit& commit) const {
    const auto& key = commit.batch.key;
    const auto unavailable = [&](const std::string& what, const char* hint) {
        return Error{Errc::unavailable, "not stored: " + what, "deployable '" + key.name + "'",
                     hint};
    };
    const auto full = [&](std::size_t size, const char* of_what) {
        return unavailable(std::to_string(size) + of_what, "the log says why the database is slow");
    };
    if (closed_) return unavailable("the store is shutting down", "");
    if (commit.kind == Commit::Kind::barrier) return {};
    if (failed_.contains(key) || refused_.contains(key)) return stale_error(key);
    if (waiting_.size() >= limits_.queue_batches)
        return full(waiting_.size(), " changes wait to be stored (limit store_queue)");
    if (bytes_ + commit.bytes > limits_.queue_bytes)
        return full(bytes_ + commit.bytes, " bytes wait to be stored (limit store_queue_bytes)");
    return {};
}

std::vector<Commit> CommitQueue::take(Deadline deadline) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, deadline, [&] { return !waiting_.empty() || closed_ || woken_; });
    woken_ = false;
    std::vector<Commit> group;
    std::size_t bytes = 0;
    while (!waiting_.empty() && group.size() < limits_.group_batches &&
           bytes < limits_.group_bytes) {
        auto& first = waiting_.front();
        if (first.kind != Commit::Kind::barrier && failed_.contains(first.batch.key))
            first.stale = true;
        bytes += first.bytes;
        group.push_back(std::move(first));
        waiting_.pop_front();
    }
    bytes_ -= bytes;
    return group;
}

void CommitQueue::failed(const DeployableKey& key) {
    const std::lock_guard lock(mutex_);
    failed_.insert(key);
}

void CommitQueue::told_failed(const DeployableKey& key) {
    const std::lock_guard lock(mutex_);
    for (auto& commit : waiting_)  // all of it was given before the loop knew
        if (commit.batch.key == key && commit.kind != Commit::Kind::barrier) commit.stale = true;
    failed_.erase(key);
}

void CommitQueue::told_refused(const DeployableKey& key) {
    const std::lock_guard lock(mutex_);
    const auto found = refused_.find(key);
    if (found != refused_.end() && --found->second == 0) refused_.erase(found);
}

void CommitQueue::close() {
    const std::lock_guard lock(mutex_);
    if (!closed_) closed_ = std::chrono::steady_clock::now();
    changed_.notify_all();
}

void CommitQueue::wake() {
    const std::lock_guard lock(mutex_);
    woken_ = true;
    changed_.notify_all();
}

bool CommitQueue::closed() const {
    const std::lock_guard lock(mutex_);
    return closed_.has_value();
}

CommitQueue::Deadline CommitQueue::closed_at() const {
    const std::lock_guard lock(mutex_);
    return closed_.value_or(Deadline::max());
}

void CommitQueue::pause(Millis length) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, length, [&] { return closed_.has_value(); });
}

CommitQueue::Level CommitQueue::level() const {
    const std::lock_guard lock(mutex_);
    return {waiting_.size(), bytes_, most_};
}

}  // namespace cpe::store
