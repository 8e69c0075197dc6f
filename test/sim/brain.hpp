// Who runs ticks: the real scheduler, called where it stands; its answers take their time.
#pragma once

#include <cpe/policy.hpp>

#include <map>

namespace cpe::sim {

class World;

class Brain final : public PolicyRunner {
public:
    explicit Brain(World& world) : world_(world) {}

    void tick(TickRequest request, Done done) override;
    void admit(TickRequest request, Done done) override;
    void forget(const DeployableKey& key) override;

private:
    void run(TickRequest request, bool validate, Done done);

    World& world_;
    std::map<DeployableKey, std::uint64_t> epochs_;
};

}  // namespace cpe::sim
