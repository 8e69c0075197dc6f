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
    /// From quarantine, or from the brake.
    void release(const DeployableKey& key);
    /// With what was proposed to the world, or with what must be refused.
    void reload(const DeployableKey& key, const std::string& document, bool good = true);
    /// A new cped knows nothing of what the old one was asked.
    void forget() { in_flight_.clear(); }
    [[nodiscard]] bool idle() const { return in_flight_.empty(); }

private:
    void reloaded(const DeployableKey& key, const std::string& document, const Result<>& outcome,
                  bool alone);
    void ended(const DeployableKey& key, Wish wish, const Result<>& outcome, bool alone);

    World& world_;
    std::map<DeployableKey, int> in_flight_;
};

}  // namespace cpe::sim
