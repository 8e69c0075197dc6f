// The operator: wishes and creates, and holds cped to what it answers.
#pragma once

#include "test/sim/plan.hpp"

#include <cpe/control.hpp>

#include <map>
#include <set>

namespace cpe::sim {

class World;

class Hand {
public:
    explicit Hand(World& world) : world_(world) {}

    void create(const DeployableKey& key, bool start);
    void wish(const DeployableKey& key, Wish wish, const std::string& target = {});
    /// A new cped knows nothing of what the old one was asked.
    void forget() { in_flight_.clear(); }
    [[nodiscard]] bool idle() const { return in_flight_.empty(); }

private:
    void ended(const DeployableKey& key, Wish wish, const Result<>& outcome, bool alone);

    World& world_;
    std::map<DeployableKey, int> in_flight_;
};

}  // namespace cpe::sim
