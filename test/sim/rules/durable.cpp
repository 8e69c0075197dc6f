#include "test/sim/rules/rules.hpp"

#include "test/sim/world.hpp"

#include <algorithm>
#include <set>

namespace cpe::sim::rules {
namespace {

class DurableFirst final : public Watcher {
public:
    explicit DurableFirst(World& world) : world_(world) {}

    void submitted(const AssemblyKey& key, const OperationRequest& request) override {
        const auto row = world_.disk.actions.find(request.id.value);
        if (row == world_.disk.actions.end() || row->second.first != key.deployable ||
            row->second.second.operation != request.operation ||
            row->second.second.resource != request.resource)
            world_.violated("durable first", text_of(key) + " is asked for " + request.operation +
                                                 " of " + request.resource + " without a row");
        if (!submitted_.insert(request.id.value).second)
            world_.violated("durable first", text_of(key) + ": operation id " +
                                                 std::to_string(request.id.value) +
                                                 " is used twice");
    }
    void commanded(const AssemblyKey& key, CommandKind kind) override {
        const auto kept = world_.disk.deployables.find(key.deployable);
        if (kept == world_.disk.deployables.end() || !kept->second.status) return;
        const auto& assemblies = kept->second.status->assemblies;
        const auto a = std::find_if(assemblies.begin(), assemblies.end(),
                                    [&](const auto& each) { return each.name == key.assembly; });
        if (a == assemblies.end()) return;
        // A later step of the same commit may have it fenced already: its stop comes next. Or it is
        // in maintenance since then, for which there is a rule of its own.
        const bool said = kind != CommandKind::start || a->state == AssemblyState::booting ||
                          a->state == AssemblyState::running ||
                          a->state == AssemblyState::fencing ||
                          a->state == AssemblyState::maintenance;
        if (!said)
            world_.violated("durable first", text_of(key) + " is started while the store says " +
                                                 std::string(name_of(a->state)));
    }
    void performed(const Machine& machine, const OperationRequest& request) override {
        if (request.operation == "monitor" && request.interval > Millis{0}) return;
        if (!performed_.insert(request.id.value).second)
            world_.violated("once only", text_of(machine.key()) + " carries out operation " +
                                             std::to_string(request.id.value) + " twice");
    }

private:
    World& world_;
    std::set<std::uint64_t> submitted_;
    std::set<std::uint64_t> performed_;
};

class NothingAfterDelete final : public Watcher {
public:
    explicit NothingAfterDelete(World& world) : world_(world) {}

    void created(const DeployableKey& key) override { gone_.erase(key); }
    void durable(const PersistBatch& batch, const std::vector<EventId>&) override {
        if (gone_.contains(batch.key) && (batch.status || batch.wanted || !batch.actions.empty()))
            world_.violated("nothing after delete", text_of(batch.key) + " persists something");
        if (batch.gone) gone_.insert(batch.key);
    }
    void submitted(const AssemblyKey& key, const OperationRequest& request) override {
        if (gone_.contains(key.deployable))
            world_.violated("nothing after delete", text_of(key) + ": " + request.operation);
    }
    void commanded(const AssemblyKey& key, CommandKind) override {
        if (gone_.contains(key.deployable))
            world_.violated("nothing after delete", text_of(key) + ": an instance command");
    }
    void ticked(const DeployableKey& key) override {
        if (gone_.contains(key)) world_.violated("nothing after delete", text_of(key) + ": a tick");
    }

private:
    World& world_;
    std::set<DeployableKey> gone_;
};

}  // namespace

std::unique_ptr<Watcher> durable_first(World& world) {
    return std::make_unique<DurableFirst>(world);
}

std::unique_ptr<Watcher> nothing_after_delete(World& world) {
    return std::make_unique<NothingAfterDelete>(world);
}

}  // namespace cpe::sim::rules
