// While nothing is wrong: a change of the document stops and starts only what it touches.
#pragma once

#include "test/sim/watcher.hpp"

#include <set>
#include <string>

namespace cpe::sim {

class World;

class Quiet final : public Watcher {
public:
    explicit Quiet(World& world) : world_(world) {}

    /// From now on, of this one: only `touched` may be stopped or started.
    void begin(const DeployableKey& key, std::set<std::string> touched, std::string why);
    void end() { on_ = false; }

    void performed(const Machine&, const OperationRequest&) override;

private:
    World& world_;
    bool on_ = false;
    DeployableKey key_;
    std::set<std::string> touched_;
    std::string why_;
};

}  // namespace cpe::sim
