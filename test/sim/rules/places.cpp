#include "test/sim/rules/rules.hpp"

#include "test/sim/world.hpp"

#include <set>

namespace cpe::sim::rules {
namespace {

class OnePlace final : public Watcher {
public:
    explicit OnePlace(World& world) : world_(world) {}

    void active_changed(const Machine& machine, const std::string& resource, bool active) override {
        auto& places = places_[{machine.key().deployable, resource}];
        if (!active) {
            places.erase(&machine);
            return;
        }
        places.insert(&machine);
        std::string names;
        std::size_t alive = 0;
        for (const Machine* each : places) {
            if (each->undead) continue;  // its provider lied: nobody could know
            ++alive;
            names += " " + each->key().assembly;
        }
        if (alive > 1)
            world_.violated("one place", text_of(machine.key().deployable) + ": " + resource +
                                             " is active in" + names);
    }

private:
    struct ByName {
        bool operator()(const Machine* a, const Machine* b) const { return a->key() < b->key(); }
    };
    World& world_;
    std::map<std::pair<DeployableKey, std::string>, std::set<const Machine*, ByName>> places_;
};

class ProofBeforeStart final : public Watcher {
public:
    explicit ProofBeforeStart(World& world) : world_(world) {}

    void commanded(const AssemblyKey& key, CommandKind kind) override {
        if (kind == CommandKind::stop) unproven_.insert(key);
        if (kind == CommandKind::start && unproven_.contains(key))
            world_.violated("proof before start", text_of(key) +
                                                      " is started though nobody has "
                                                      "confirmed the end of its old life");
    }
    void answered(const AssemblyKey& key, CommandKind kind,
                  const Result<InstanceReport>& said) override {
        if (kind == CommandKind::start || !said) return;
        if (said->state == InstanceState::stopped || said->state == InstanceState::absent)
            unproven_.erase(key);
    }
    void greeted(const AssemblyKey& key) override { unproven_.erase(key); }
    void performed(const Machine& machine, const OperationRequest& request) override {
        if (request.operation == "start" && unproven_.contains(machine.key()) && !machine.undead)
            world_.note([&] { return text_of(machine.key()) + " starts something while fenced"; });
    }

private:
    World& world_;
    std::set<AssemblyKey> unproven_;
};

}  // namespace

std::unique_ptr<Watcher> one_place(World& world) {
    return std::make_unique<OnePlace>(world);
}

std::unique_ptr<Watcher> proof_before_start(World& world) {
    return std::make_unique<ProofBeforeStart>(world);
}

}  // namespace cpe::sim::rules
