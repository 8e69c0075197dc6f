// Whose turn it is: ticks of one deployable in order, deployables in rotation.
//
// Thread: the loop's; a value, no I/O. Errors: push() of one too many is refused.
#pragma once

#include <cpe/policy.hpp>

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>

namespace cpe::policy_runner {

/// Waiting ticks of one deployable. One is the rule: a DPE coalesces; a few more come from reloads.
constexpr std::size_t max_waiting_per_deployable = 4;

/// A tick that somebody waits for.
struct Job {
    TickRequest request;
    PolicyRunner::Done done;
    bool admission = false;  ///< Pacemaker's grammar is checked; always in a helper
};

class TickQueue {
public:
    /// False, and `job` left as it was: the deployable has too many waiting.
    [[nodiscard]] bool push(Job& job);
    /// The next one that `fits`, of the deployable that has waited for its turn the longest. A
    /// deployable whose job was taken gets no other before release(): its answers keep their order.
    std::optional<Job> take(const std::function<bool(const Job&)>& fits);
    void release(const DeployableKey& key);
    /// Drops what waits.
    void forget(const DeployableKey& key);
    [[nodiscard]] std::size_t waiting() const;
    [[nodiscard]] bool empty() const { return turns_.empty(); }

private:
    std::map<DeployableKey, std::deque<Job>> jobs_;  ///< no empty ones
    std::deque<DeployableKey> turns_;                ///< each that has jobs and is not taken, once
    std::set<DeployableKey> taken_;
};

}  // namespace cpe::policy_runner
