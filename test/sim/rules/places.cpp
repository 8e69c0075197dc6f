#include "test/sim/rules/rules.hpp"

#include "test/sim/world.hpp"

#include <algorithm>

namespace cpe::sim::rules {
namespace {

struct ByName {
    bool operator()(const Machine* a, const Machine* b) const { return a->name() < b->name(); }
};
using Machines = std::set<const Machine*, ByName>;

class OnePlace final : public Watcher {
public:
    explicit OnePlace(World& world) : world_(world) {}

    void active_changed(const Machine& machine, const std::string& resource, bool active) override {
        const Plan* plan = world_.plan_of(machine.key().deployable);
        const auto* service = plan ? plan->find(resource) : nullptr;
        follow(active_, machine, resource, active, "is active",
               service ? std::max(service->instances, service->instances_before) : std::size_t{1});
    }
    void promoted_changed(const Machine& machine, const std::string& resource,
                          bool promoted) override {
        follow(promoted_, machine, resource, promoted, "is promoted", 1);
    }

private:
    using Places = std::map<std::pair<DeployableKey, std::string>, Machines>;

    void follow(Places& all, const Machine& machine, const std::string& resource, bool is,
                const char* what, std::size_t most) {
        auto& places = all[{machine.key().deployable, resource}];
        if (!is) {
            places.erase(&machine);
            return;
        }
        places.insert(&machine);
        std::string names;
        std::size_t alive = 0;
        for (const Machine* each : places) {
            if (is_hidden(*each)) continue;
            ++alive;
            names += " " + each->name();
        }
        if (alive <= most) return;
        world_.violated("one place", resource + " " + what + " in" + names);
    }

    /// A provider lied of its end, so nobody could know.
    [[nodiscard]] static bool is_hidden(const Machine& machine) {
        return machine.undead && machine.on();
    }

    World& world_;
    Places active_;
    Places promoted_;
};

/// An instance that was to be stopped is started again only when its end is proven: by its
/// provider, by a person, by its own voice, or because nothing of ours can run there.
class ProofBeforeStart final : public Watcher {
public:
    explicit ProofBeforeStart(World& world) : world_(world) {}

    void commanded(const AssemblyKey& key, CommandKind kind) override {
        if (kind == CommandKind::stop) unproven_[key] = is_fence(key);
        if (kind != CommandKind::start || !unproven_.contains(key)) return;
        if (!unproven_[key] && !runs_anything(key)) return;  // it was a plain stop
        world_.violated("proof before start",
                        text_of(key) +
                            " is started though nobody has confirmed the end of its "
                            "old life");
    }
    void answered(const AssemblyKey& key, CommandKind kind,
                  const Result<InstanceReport>& said) override {
        if (kind == CommandKind::start || !said) return;
        if (said->state == InstanceState::stopped || said->state == InstanceState::absent)
            unproven_.erase(key);
    }
    void greeted(const AssemblyKey& key) override { unproven_.erase(key); }
    void durable(const PersistBatch& batch, const std::vector<EventId>&) override {
        for (const auto& event : batch.events) {
            const AssemblyKey key{batch.key, event.assembly};
            if (event.kind == "operator" && event.state == "confirm-down") unproven_.erase(key);
            if (event.kind == "configuration_change" && event.state == "deleted")
                claimed_gone(batch.key);
            if (event.kind != "fencing") continue;
            if (event.state == "called_off") unproven_.erase(key);
            if (event.state == "confirmed" && event.reason.starts_with("nothing of it"))
                claimed_empty(key);
        }
    }
    /// What was to be stopped with its services stopped in order may be taken up again as it is.
    void cped_began() override {
        std::erase_if(unproven_, [](const auto& each) { return !each.second; });
    }

private:
    void claimed_gone(const DeployableKey& key) {
        std::vector<AssemblyKey> all;
        for (const auto& [each, is_fence] : unproven_)
            if (each.deployable == key) all.push_back(each);
        for (const auto& each : all) claimed_empty(each);
    }
    void claimed_empty(const AssemblyKey& key) {
        unproven_.erase(key);
        if (!runs_anything(key)) return;
        world_.violated("proof before start",
                        text_of(key) + " is said to run nothing of ours, and does");
    }
    [[nodiscard]] bool runs_anything(const AssemblyKey& key) const {
        const auto all = world_.machines_of(key.deployable);
        return std::any_of(all.begin(), all.end(), [&](const Machine* machine) {
            return machine->key() == key && machine->runs_anything() && !machine->undead;
        });
    }
    [[nodiscard]] bool is_fence(const AssemblyKey& key) const {
        const auto kept = world_.disk.deployables.find(key.deployable);
        if (kept == world_.disk.deployables.end() || !kept->second.status) return true;
        for (const auto& a : kept->second.status->assemblies)
            if (a.name == key.assembly)
                return a.state == AssemblyState::failed || a.state == AssemblyState::fencing;
        return true;
    }

    World& world_;
    std::map<AssemblyKey, bool> unproven_;  ///< and whether it is a fence
};

}  // namespace

std::unique_ptr<Watcher> one_place(World& world) {
    return std::make_unique<OnePlace>(world);
}

std::unique_ptr<Watcher> proof_before_start(World& world) {
    return std::make_unique<ProofBeforeStart>(world);
}

}  // namespace cpe::sim::rules
