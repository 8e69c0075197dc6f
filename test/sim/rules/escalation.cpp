// Recounts from the event log alone what must have escalated, and compares.
#include "test/sim/rules/rules.hpp"

#include "test/sim/world.hpp"

#include <boost/json.hpp>

#include <deque>

namespace cpe::sim::rules {
namespace {

/// One escalation that was told, or ought to be.
struct Told {
    std::string assembly;
    std::string service;
    std::size_t failures = 0;  ///< 0: a failed stop, which is not counted
    std::int64_t first_at = 0;
    std::int64_t last_at = 0;
    friend bool operator==(const Told&, const Told&) = default;
    [[nodiscard]] std::string text() const {
        return assembly + "/" + service + " after " + std::to_string(failures) + " failures from " +
               std::to_string(first_at) + " to " + std::to_string(last_at);
    }
};

class Escalations final : public Watcher {
public:
    explicit Escalations(World& world) : world_(world) {}

    void created(const DeployableKey& key) override { counts_[key] = {}; }

    void durable(const PersistBatch& batch, const std::vector<EventId>&) override {
        const Plan* plan = world_.plan_of(batch.key);
        if (!plan) return;
        Counts& counts = counts_[batch.key];
        if (batch.document) limit(counts, *plan);
        std::vector<Told> due;
        std::vector<Told> told;
        for (const auto& event : batch.events) {
            if (event.kind == "operator") wish(counts, *plan, event);
            if (event.kind == "overhaul") counts.overhaul = event.state == "begun";
            if (event.kind == "brake") counts.braked = event.state == "on";
            if (event.kind == "escalation" && event.state == "assembly" && !event.service.empty())
                told.push_back(read(event));
            if (event.kind == "service_state_change" && event.state == "failed")
                if (auto one = failed(counts, *plan, event)) due.push_back(*one);
        }
        compare(batch.key, due, told);
    }

private:
    struct Counts {
        bool wanted = false;
        bool overhaul = false;  ///< all is taken down to come up again
        bool braked = false;    ///< nothing is repaired, so nothing is counted
        std::map<std::string, std::deque<std::int64_t>> windows;  ///< by resource
    };

    /// After a reload: what there was counts on, as far as the new limits have a use for it.
    static void limit(Counts& counts, const Plan& plan) {
        for (auto& [resource, window] : counts.windows) {
            const auto* service = plan.find(resource);
            const auto failures = service ? service->escalation.failures : std::nullopt;
            if (!failures) window.clear();
            while (failures && window.size() > *failures - 1) window.pop_front();
        }
    }

    static void wish(Counts& counts, const Plan& plan, const EventRecord& event) {
        if (event.state == "start") counts.wanted = true;
        if (event.state == "stop" || event.state == "delete") counts.wanted = false;
        const auto* service = plan.named(event.assembly, event.service);
        if (event.state == "retry" && service) counts.windows.erase(service->resource);
    }

    static std::optional<Told> failed(Counts& counts, const Plan& plan, const EventRecord& event) {
        if (event.reason.starts_with("stop ")) return Told{event.assembly, event.service, 0, 0, 0};
        if (!counts.wanted || counts.overhaul) return std::nullopt;  // it is being stopped anyway
        if (counts.braked) return std::nullopt;
        if (event.reason.ends_with("was called off")) return std::nullopt;  // as it was before
        // That a place is no place for it is not for its assembly to mend.
        if (event.reason.ends_with("it is not tried here again")) return std::nullopt;
        const auto* service = plan.named(event.assembly, event.service);
        if (!service || !service->escalation.failures) return std::nullopt;
        auto& window = counts.windows[service->resource];
        window.push_back(event.at.ms);
        // t_N - t_1 <= period
        std::erase_if(window, [&](std::int64_t at) {
            return event.at.ms - at > service->escalation.period.count();
        });
        if (window.size() < *service->escalation.failures) return std::nullopt;
        const Told told{event.assembly, event.service, window.size(), window.front(), event.at.ms};
        window.clear();
        return told;
    }

    static Told read(const EventRecord& event) {
        const auto detail = boost::json::parse(event.detail).as_object();
        Told told{event.assembly, event.service, 0, 0, 0};
        if (const auto* failures = detail.if_contains("failures"))
            told.failures = failures->to_number<std::size_t>();
        if (const auto* first = detail.if_contains("first_at"))
            told.first_at = first->to_number<std::int64_t>();
        if (const auto* last = detail.if_contains("last_at"))
            told.last_at = last->to_number<std::int64_t>();
        return told;
    }

    void compare(const DeployableKey& key, const std::vector<Told>& due,
                 const std::vector<Told>& told) {
        for (std::size_t i = 0; i < std::max(due.size(), told.size()); ++i) {
            if (i < due.size() && i < told.size() && due[i] == told[i]) continue;
            const std::string wanted = i < due.size() ? due[i].text() : "nothing";
            const std::string given = i < told.size() ? told[i].text() : "nothing";
            world_.violated("escalation",
                            text_of(key) + ": due was " + wanted + ", told was " + given);
            return;
        }
    }

    World& world_;
    std::map<DeployableKey, Counts> counts_;
};

}  // namespace

std::unique_ptr<Watcher> escalations(World& world) {
    return std::make_unique<Escalations>(world);
}

}  // namespace cpe::sim::rules
