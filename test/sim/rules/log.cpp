#include "test/sim/rules/rules.hpp"

#include "test/sim/world.hpp"

namespace cpe::sim::rules {
namespace {

/// What the state changes in the log add up to.
struct Replayed {
    std::string state = "stopped";
    std::map<std::string, std::string> assemblies;
    std::map<std::string, std::string> services;  ///< by resource
    std::set<std::uint64_t> transitions;          ///< that run
};

class LogTellsAll final : public Watcher {
public:
    explicit LogTellsAll(World& world) : world_(world) {}

    void created(const DeployableKey& key) override { replayed_[key] = {}; }

    void durable(const PersistBatch& batch, const std::vector<EventId>& ids) override {
        for (const EventId id : ids)
            if (id.value != ++last_id_)
                world_.violated("log", "event " + std::to_string(id.value) + " follows " +
                                           std::to_string(last_id_ - 1));
        const auto found = replayed_.find(batch.key);
        if (found == replayed_.end()) return;
        for (const auto& event : batch.events) replay(batch.key, found->second, event);
        check_transitions(batch, found->second);
        if (batch.gone) {
            replayed_.erase(found);
            known_.erase(batch.key);
            return;
        }
        if (batch.status) known_[batch.key] = *batch.status;
        if (known_.contains(batch.key)) compare(found->second, known_[batch.key]);
    }

private:
    void replay(const DeployableKey& key, Replayed& so_far, const EventRecord& event) {
        if (event.kind == "configuration_change" && event.state == "removed")
            return forget(key, so_far, event);
        std::string* state = nullptr;
        bool may_repeat = false;
        if (event.kind == "deployable_state_change") state = &so_far.state;
        if (event.kind == "assembly_state_change") state = &so_far.assemblies[event.assembly];
        if (event.kind == "service_state_change") {
            const Plan* plan = world_.plan_of(key);
            const auto* service = plan ? plan->named(event.assembly, event.service) : nullptr;
            if (!service) return;
            state = &so_far.services[service->resource];
            // Another instance of a clone fails: its state is theirs together.
            may_repeat = service->is_clone() && event.state == "failed";
        }
        if (!state) return;
        if (*state == event.state && !may_repeat)
            world_.violated("log", text_of(key) + ": " + event.kind + " of " + event.assembly +
                                       " " + event.service + " tells " + event.state + " twice");
        *state = event.state;
    }

    /// Should it come back, it is another one.
    void forget(const DeployableKey& key, Replayed& so_far, const EventRecord& event) const {
        if (event.service.empty()) return void(so_far.assemblies.erase(event.assembly));
        const auto* service = world_.plan_of(key)->named(event.assembly, event.service);
        if (service) so_far.services.erase(service->resource);
    }

    void check_transitions(const PersistBatch& batch, Replayed& so_far) {
        for (const auto& row : batch.transitions) {
            if (row.status == "running")
                so_far.transitions.insert(row.id.value);
            else if (so_far.transitions.erase(row.id.value) == 0 && !ended_in(batch, row.id))
                world_.violated("log", text_of(batch.key) + ": a transition ends that did not run");
        }
        if (so_far.transitions.size() > 1)
            world_.violated("log", text_of(batch.key) + ": two transitions run at once");
    }
    /// Begun and ended in one step: told once, as ended.
    static bool ended_in(const PersistBatch& batch, TransitionId id) {
        for (const auto& event : batch.events)
            if (event.kind == "transition_started" && event.transition == id) return true;
        return false;
    }

    void compare(const Replayed& told, const DeployableStatus& now) {
        const auto differs = [&](const std::string& what, const std::string& log,
                                 std::string_view is) {
            if (log == is) return;
            world_.violated("log", text_of(now.key) + " " + what + ": the log says '" + log +
                                       "', what is now says '" + std::string(is) + "'");
        };
        const auto in = [](const auto& map, const std::string& key, const char* otherwise) {
            const auto found = map.find(key);
            return found == map.end() ? std::string(otherwise) : found->second;
        };
        differs("itself", told.state, name_of(now.state));
        for (const auto& a : now.assemblies)
            differs(a.name, in(told.assemblies, a.name, "pending"), name_of(a.state));
        for (const auto& s : now.services)
            if (s.resource.starts_with("rsc_"))
                differs(s.resource, in(told.services, s.resource, "unknown"), name_of(s.state));
    }

    World& world_;
    std::uint64_t last_id_ = 0;
    std::map<DeployableKey, Replayed> replayed_;
    std::map<DeployableKey, DeployableStatus> known_;
};

}  // namespace

std::unique_ptr<Watcher> log_tells_all(World& world) {
    return std::make_unique<LogTellsAll>(world);
}

}  // namespace cpe::sim::rules
