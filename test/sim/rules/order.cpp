#include "test/sim/rules/rules.hpp"

#include "test/sim/world.hpp"

#include <algorithm>
#include <set>

namespace cpe::sim::rules {
namespace {

/// By what the daemon itself says at that moment. Clones have finer rules: what was planned for
/// them is held to by as_planned.
class Order final : public Watcher {
public:
    explicit Order(World& world) : world_(world) {}

    void cped_began() override { greeted_.clear(); }
    void greeted(const AssemblyKey& key) override { greeted_.insert(key); }
    void submitted(const AssemblyKey& key, const OperationRequest& request) override {
        const Plan* plan = world_.plan_of(key.deployable);
        if (!plan || (request.operation != "start" && request.operation != "stop")) return;
        const auto now = world_.cped.registry().find(key.deployable);
        if (!now) return;
        for (const auto& [first, then] : plan->orders)
            check(key, *plan, *now, request, first, then);
        for (const auto& [first, then] : plan->leftover_orders)
            check(key, *plan, *now, request, first, then);
    }

private:
    void check(const AssemblyKey& key, const Plan& plan, const DeployableStatus& now,
               const OperationRequest& request, const std::string& first, const std::string& then) {
        if (is_clone(plan, first) || is_clone(plan, then)) return;
        if (request.operation == "start" && request.resource == then &&
            state_of(now, first) != ServiceState::running)
            world_.violated("order", text_of(key.deployable) + ": " + then + " is started before " +
                                         first + " runs");
        if (request.operation == "stop" && request.resource == first && is_up(now, then))
            world_.violated("order",
                            text_of(key.deployable) + ": " + first + " is stopped before " + then);
    }
    static bool is_clone(const Plan& plan, const std::string& resource) {
        const auto* service = plan.find(resource);
        return service && service->is_clone();
    }
    static const ServiceStatus* find(const DeployableStatus& now, const std::string& resource) {
        const auto s = std::find_if(now.services.begin(), now.services.end(),
                                    [&](const auto& each) { return each.resource == resource; });
        return s == now.services.end() ? nullptr : &*s;
    }
    static ServiceState state_of(const DeployableStatus& now, const std::string& resource) {
        const auto* s = find(now, resource);
        return s ? s->state : ServiceState::unknown;
    }
    /// Runs, or may run, where it could be stopped: in a guest that was heard of since cped began,
    /// and that nobody works at. One that a new cped listens for in vain while it stops all is just
    /// stopped (docs/recovery.md), and what it needs does not wait for that (seed 2155).
    bool is_up(const DeployableStatus& now, const std::string& resource) const {
        const auto* s = find(now, resource);
        if (!s || (s->state != ServiceState::running && s->state != ServiceState::starting &&
                   s->state != ServiceState::stopping))
            return false;
        return std::any_of(now.assemblies.begin(), now.assemblies.end(), [&](const auto& a) {
            return a.state == AssemblyState::running && greeted_.contains({now.key, a.name}) &&
                   std::find(s->assemblies.begin(), s->assemblies.end(), a.name) !=
                       s->assemblies.end();
        });
    }

    World& world_;
    std::set<AssemblyKey> greeted_;
};

}  // namespace

std::unique_ptr<Watcher> order(World& world) {
    return std::make_unique<Order>(world);
}

}  // namespace cpe::sim::rules
