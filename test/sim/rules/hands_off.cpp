#include "test/sim/rules/rules.hpp"

#include "test/sim/world.hpp"

#include <map>
#include <set>

namespace cpe::sim::rules {
namespace {

/// A probe, a monitor, or a question about the agent itself.
bool only_looks(const std::string& operation) {
    return operation == "monitor" || operation == metadata_operation;
}

class HandsOff final : public Watcher {
public:
    explicit HandsOff(World& world) : world_(world) {}

    void created(const DeployableKey& key) override { all_[key] = {}; }

    void durable(const PersistBatch& batch, const std::vector<EventId>&) override {
        Restraint& known = all_[batch.key];
        for (const auto& event : batch.events) read(batch.key, known, event);
        for (const auto& row : batch.actions) {
            if (row.status == ActionStatus::pending) begins(batch.key, known, row);
            // What had been begun before shows how it is, too.
            else if (!only_looks(row.operation))
                known.unseen[row.assembly].erase(row.resource);
        }
        if (batch.gone) all_.erase(batch.key);
    }
    /// What was decided before is carried out in the moment in which its row is durable, or when a
    /// cped that stands still goes on.
    void commanded(const AssemblyKey& key, CommandKind) override {
        const auto found = all_.find(key.deployable);
        if (found == all_.end() || !is_restrained(found->second, key.assembly)) return;
        const MonoTime now = world_.time.mono();
        if (now <= found->second.since || now <= world_.cped.stalled_until()) return;
        violated(key.deployable, key.assembly, "its instance is commanded");
    }
    void look_at_rest() override {
        for (const auto& [key, known] : all_)
            for (const auto& [assembly, resources] : known.unseen)
                for (const auto& resource : resources)
                    if (is_expected(key, resource))
                        violated(key, assembly,
                                 resource + " was not probed after it had been in maintenance");
    }

private:
    struct Restraint {
        bool wanted = false;
        bool braked = false;
        bool whole = false;                ///< all of it is in maintenance
        std::set<std::string> maintained;  ///< single assemblies
        MonoTime since;                    ///< the last of that became durable
        /// Assembly -> what was not probed there since maintenance ended.
        std::map<std::string, std::set<std::string>> unseen;
    };

    static bool is_restrained(const Restraint& known, const std::string& assembly) {
        return known.wanted && (known.braked || known.whole || known.maintained.contains(assembly));
    }

    void read(const DeployableKey& key, Restraint& known, const EventRecord& event) {
        if (event.kind == "brake") {
            known.braked = event.state == "on";
            known.since = world_.time.mono();
        }
        if (event.kind == "operator") wish(key, known, event);
        // What was in it has ended; its next life is probed as any.
        if (event.kind == "assembly_state_change" && event.state != "running")
            known.unseen.erase(event.assembly);
        if (event.kind == "configuration_change" && event.state == "removed" &&
            event.service.empty())
            known.maintained.erase(event.assembly);
    }

    void wish(const DeployableKey& key, Restraint& known, const EventRecord& event) {
        if (event.state == "start") known.wanted = true;
        if (event.state == "stop" || event.state == "delete") known.wanted = false;
        if (event.state != "maintenance on" && event.state != "maintenance off") return;
        const bool on = event.state == "maintenance on";
        known.since = world_.time.mono();
        const bool was =
            event.assembly.empty() ? known.whole : known.maintained.contains(event.assembly);
        if (event.assembly.empty())
            known.whole = on;
        else
            on ? void(known.maintained.insert(event.assembly))
               : void(known.maintained.erase(event.assembly));
        if (!on && was && known.wanted) left(key, known, event.assembly);
    }

    /// Everything that may run in an assembly that answers has to be looked for.
    void left(const DeployableKey& key, Restraint& known, const std::string& which) {
        const auto now = world_.disk.deployables.at(key).status;
        const Plan* plan = world_.plan_of(key);
        if (!now || !plan) return;
        for (const auto& a : now->assemblies) {
            if ((!which.empty() && a.name != which) || a.state != AssemblyState::running) continue;
            if (known.whole || known.maintained.contains(a.name)) continue;
            for (const auto& s : plan->services)
                if (s.floats() || s.assembly == a.name) known.unseen[a.name].insert(s.resource);
        }
    }

    void begins(const DeployableKey& key, Restraint& known, const ActionRecord& row) {
        const auto found = known.unseen.find(row.assembly);
        if (only_looks(row.operation)) {
            if (found != known.unseen.end() && row.interval == Millis{0})
                found->second.erase(row.resource);
            return;
        }
        if (is_restrained(known, row.assembly))
            violated(key, row.assembly, row.operation + " of " + row.resource);
        if (found != known.unseen.end() && found->second.contains(row.resource))
            violated(key, row.assembly,
                     row.operation + " of " + row.resource + " before it was probed");
    }

    bool is_expected(const DeployableKey& key, const std::string& resource) const {
        const Plan* plan = world_.plan_of(key);
        return plan && plan->find(resource) && !plan->is_leftover(resource);
    }
    void violated(const DeployableKey& key, const std::string& assembly, const std::string& what) {
        world_.violated("hands off", text_of(AssemblyKey{key, assembly}) + ": " + what);
    }

    World& world_;
    std::map<DeployableKey, Restraint> all_;
};

}  // namespace

std::unique_ptr<Watcher> hands_off(World& world) {
    return std::make_unique<HandsOff>(world);
}

}  // namespace cpe::sim::rules
