#include "test/sim/rules/rules.hpp"

#include "test/sim/world.hpp"

namespace cpe::sim::rules {
namespace {

/// Once it runs no service of a calm deployable is stopped or started, its machines boot once:
/// whatever happens to others, to the disk and to cped.
class CalmTenant final : public Watcher {
public:
    explicit CalmTenant(World& world) : world_(world) {}

    void performed(const Machine& machine, const OperationRequest& request) override {
        if (!is_calm(machine.key().deployable)) return;
        if (request.operation == "stop")
            world_.violated("calm tenant",
                            text_of(machine.key()) + ": a stop of " + request.resource);
        if (request.operation == "start" && machine.find(request.resource) &&
            machine.find(request.resource)->starts > 0)
            world_.violated("calm tenant",
                            text_of(machine.key()) + ": another start of " + request.resource);
    }
    void power_changed(const Machine& machine) override {
        const bool first = machine.on() && booted_.insert(machine.key()).second;
        if (is_calm(machine.key().deployable) && !first)
            world_.violated("calm tenant", text_of(machine.key()) + " does not stay on");
    }

private:
    [[nodiscard]] bool is_calm(const DeployableKey& key) const {
        const Plan* plan = world_.plan_of(key);
        return plan && plan->calm;
    }

    World& world_;
    std::set<AssemblyKey> booted_;
};

}  // namespace

std::unique_ptr<Watcher> calm_tenant(World& world) {
    return std::make_unique<CalmTenant>(world);
}

}  // namespace cpe::sim::rules
