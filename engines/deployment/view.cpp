#include "engines/deployment/view.hpp"

#include "engines/deployment/leftovers.hpp"
#include "engines/deployment/overhaul.hpp"

#include <algorithm>

namespace cpe::deployment {
namespace {

/// Why it is not heard of, or waits for somebody, and what is to be done: where a person looks.
std::string reason_of(const World& w, const AssemblyUnit& a) {
    if (!a.refusal.empty()) return a.refusal;
    if (a.life.state() == Life::State::member) return {};
    const std::string& why = a.unreached.empty() ? a.trouble : a.unreached;
    if (!a.awaits_person) return a.life.goal() == Life::Goal::up ? why : std::string();
    return (why.empty() ? "" : why + "; ") +
           "its provider cannot fence it (make sure that it is down, then: cpe-ctl assembly "
           "confirm-down " +
           w.key.name + " " + std::string(a.model->name) + ")";
}

AssemblyStatus view(const World& w, const AssemblyUnit& a) {
    AssemblyStatus status;
    status.name = a.model->name;
    status.uuid = a.model->uuid;
    status.state = a.state;
    status.since = a.since;
    // A dead guest's last address is kept for references; it may be another guest's by now.
    if (a.instance.state == InstanceState::running) status.address = a.instance.address;
    status.provider = provider_of(w, a);
    status.channel = w.model.channel == ChannelKind::agent ? "agent" : "ssh";
    status.instance = a.instance.instance;
    status.instance_state = a.instance.state;
    status.heartbeat = a.heartbeat;
    status.reason = reason_of(w, a);
    return status;
}

/// The instance that was not checked for the longest time speaks for all.
std::optional<WallTime> last_checked(const ServiceUnit& s) {
    std::optional<WallTime> oldest;
    for (const Placement& p : s.placements) {
        if (!p.here && s.floats()) continue;
        if (p.checked && (!oldest || *p.checked < *oldest)) oldest = p.checked;
    }
    return oldest;
}

ServiceStatus view(const World& w, const ServiceUnit& s) {
    ServiceStatus status;
    status.name = s.model->name;
    status.resource = s.model->resource;
    status.state = s.state;
    status.since = s.since;
    status.last_checked = last_checked(s);
    for (const Placement& p : s.placements) {
        // Of a clone that runs elsewhere, too, an instance that nobody can ask is not said to run.
        const bool lost = s.state == ServiceState::running && p.state == ServiceState::unknown;
        if (s.floats() && lost) continue;
        if (p.here || !s.floats()) status.assemblies.emplace_back(w.home_of(p).model->name);
        if (p.promoted) status.promoted.emplace_back(w.home_of(p).model->name);
    }
    status.failures = static_cast<int>(s.window.failures().size());
    return status;
}

}  // namespace

DeployableStatus view(const World& w) {
    DeployableStatus status;
    status.key = w.key;
    status.uuid = w.model.uuid;
    status.state = w.state;
    status.since = w.since;
    if (w.transition) status.transition = w.transition->row.id;
    for (const AssemblyUnit& a : w.assemblies)
        if (!is_over(a)) status.assemblies.push_back(view(w, a));
    for (const ServiceUnit& s : w.services)
        if (!s.is_script() && !is_over(w, s)) status.services.push_back(view(w, s));
    return status;
}

}  // namespace cpe::deployment
