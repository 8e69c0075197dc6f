#include "test/sim/rules/book.hpp"

#include <boost/json.hpp>

namespace cpe::sim::rules {

void Book::wish(const Plan& plan, const EventRecord& event) {
    if (event.state == "start") wanted = true;
    if (event.state == "stop" || event.state == "delete") wanted = planned = begun = false;
    // A person does not wait for the end of a pause.
    if (event.state == "start" || event.state == "stop" || event.state == "delete" ||
        event.state == "retry" || event.state == "reload")
        given_up = false;
    if (event.state == "restart") pause.reset();
    if (event.state == "maintenance on")
        event.assembly.empty() ? void(whole = true) : void(maintained.insert(event.assembly));
    if (event.state == "maintenance off") {
        event.assembly.empty() ? void(whole = false) : void(maintained.erase(event.assembly));
        for (const auto& [name, state] : states)
            if (event.assembly.empty() || event.assembly == name) unsure.insert(name);
    }
    const auto* service = plan.named(event.assembly, event.service);
    if (event.state == "retry" && service) services.erase(service->resource);
}

void Book::overhaul(const Plan& plan, const std::string& state) {
    begun = state == "begun";
    if (state != "ended" && state != "cancelled") return;
    planned = false;
    if (state != "ended" || !relocating) return;
    for (const auto& a : plan.assemblies)
        if (a.provider.empty()) boots.erase(a.name);
}

void Book::read(const Plan& plan, const EventRecord& event, MonoTime now) {
    if (event.kind == "operator") wish(plan, event);
    if (event.kind == "overhaul") overhaul(plan, event.state);
    if (event.kind == "brake") {
        braked = event.state == "on";
        if (!braked)
            for (const auto& [name, state] : states) unsure.insert(name);
    }
    if (event.kind == "deployable_state_change") {
        well.reset();
        if (event.state == "running") well = now;
    }
    if (event.kind == "dpe_died" || event.kind == "quarantine") restart(now);
    if (event.kind == "configuration_change" && event.state == "removed" && event.service.empty()) {
        assemblies.erase(event.assembly);
        states.erase(event.assembly);
        boots.erase(event.assembly);
        unsure.erase(event.assembly);
        maintained.erase(event.assembly);
    }
}

void Book::read(const MemoryRecord& record) {
    if (record.key != "deployable") return;
    boost::json::object value;
    if (!record.value.empty()) value = boost::json::parse(record.value).as_object();
    const auto text = [&](const char* name) {
        const auto* found = value.if_contains(name);
        return found ? std::string(found->as_string()) : std::string();
    };
    planned = value.contains("overhaul");
    relocating = text("overhaul") == "relocate";
    begun = value.contains("begun");
    provider = text("provider");
    given_up = value.contains("retry_at");
    tried.clear();
    if (const auto* names = value.if_contains("tried"))
        for (const auto& name : names->as_array()) tried.emplace(name.as_string());
}

void Book::fit(const Plan& plan) {
    for (auto& [resource, count] : services) {
        const auto* service = plan.find(resource);
        count.fit(service ? service->escalation : Limit{});
    }
    for (auto& [name, count] : assemblies)  // one that leaves keeps its own
        if (const auto* a = plan.assembly(name)) count.fit(a->escalation);
    itself.fit(plan.escalation);
}

void Book::restart(MonoTime now) {
    for (auto& [resource, count] : services) count.restart();
    for (auto& [name, count] : assemblies) count.restart();
    itself.restart();
    if (well) well = now;
    pause.reset();
    for (const auto& [name, state] : states)
        if (is_restrained(name)) unsure.insert(name);
}

}  // namespace cpe::sim::rules
