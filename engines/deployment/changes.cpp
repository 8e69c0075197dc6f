#include "engines/deployment/changes.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace cpe::deployment {
namespace {

/// Which services do not run because somebody must act first: hard failures, and what depends on
/// them.
std::vector<bool> waiting_for_somebody(World& w) {
    std::vector<bool> waits(w.services.size());
    for (std::size_t i = 0; i < w.services.size(); ++i) waits[i] = w.services[i].hard;
    for (bool grew = true; grew;) {
        grew = false;
        for (const Dependency& d : w.model.dependencies) {
            const auto* first = w.find_service(d.first);
            const auto* then = w.find_service(d.then);
            if (!first || !then || !waits[w.index_of(*first)] || waits[w.index_of(*then)]) continue;
            grew = waits[w.index_of(*then)] = true;
        }
    }
    return waits;
}

bool at_work(ServiceState state) {
    return state == ServiceState::starting || state == ServiceState::stopping;
}

/// Something is down, and everything that is down waits for somebody.
bool is_degraded(World& w) {
    if (w.ticks.errors > 0) return true;
    if (std::none_of(w.services.begin(), w.services.end(), [](const auto& s) { return s.hard; }))
        return false;
    if (std::any_of(w.assemblies.begin(), w.assemblies.end(),
                    [](const auto& a) { return a.state != AssemblyState::running; }))
        return false;
    const auto waits = waiting_for_somebody(w);
    for (std::size_t i = 0; i < w.services.size(); ++i) {
        const auto& s = w.services[i];
        if (s.state == ServiceState::running) continue;
        if (!waits[i] || at_work(s.state)) return false;
    }
    return true;
}

bool all_run(const World& w) {
    return std::all_of(w.services.begin(), w.services.end(),
                       [](const auto& s) { return s.state == ServiceState::running; }) &&
           std::all_of(w.assemblies.begin(), w.assemblies.end(),
                       [](const auto& a) { return a.state == AssemblyState::running; });
}

DeployableState state_of(World& w) {
    switch (w.phase) {
        case Phase::stopped:
        case Phase::gone: return DeployableState::stopped;
        case Phase::draining:
        case Phase::down:
        case Phase::clearing: return DeployableState::stopping;
        case Phase::up: break;
    }
    if (all_run(w)) return DeployableState::running;
    if (is_degraded(w)) return DeployableState::degraded;
    return w.all_ran ? DeployableState::recovering : DeployableState::starting;
}

}  // namespace

std::string title_of(const World& w, const ServiceUnit& s) {
    std::string title(w.assemblies[s.assembly].model->name);
    return title.append("/").append(s.model->name);
}

bool nothing_runs(const World& w) {
    return std::none_of(w.services.begin(), w.services.end(), [&](const ServiceUnit& s) {
        // While stopping, only a guest that is listened for after a restart of cped is booting.
        const auto life = w.assemblies[s.assembly].life.state();
        return s.may_run && (life == Life::State::member || life == Life::State::booting);
    });
}

void change(World& w, AssemblyUnit& a, AssemblyState state, std::string reason) {
    if (a.state == state) return;
    a.state = state;
    a.since = w.now.wall;
    w.touched = true;
    w.status_changed = true;
    if (w.why.empty())
        w.why = std::string("assembly ").append(a.model->name).append(": ").append(reason);
    w.journal.tell("assembly_state_change", {std::string(a.model->name), {}},
                   std::string(name_of(state)), std::move(reason));
}

void change(World& w, ServiceUnit& s, ServiceState state, std::string reason) {
    if (s.state == state) return;
    s.state = state;
    s.since = w.now.wall;
    w.touched = true;
    w.status_changed = true;
    if (w.why.empty()) w.why = "service " + title_of(w, s) + ": " + reason;
    w.journal.tell("service_state_change",
                   {std::string(w.home_of(s).model->name), std::string(s.model->name)},
                   std::string(name_of(state)), std::move(reason));
}

void review(World& w) {
    const DeployableState state = state_of(w);
    if (state == DeployableState::running && !w.all_ran) w.all_ran = w.remember = true;
    if (state == w.state) return;
    w.state = state;
    w.since = w.now.wall;
    w.status_changed = true;
    std::string reason = state == DeployableState::running ? "all services run" : w.why;
    for (const ServiceUnit& s : w.services)
        if (s.hard && state == DeployableState::degraded)
            reason = "service " + title_of(w, s) + " waits for an operator or a new document";
    w.journal.tell("deployable_state_change", {}, std::string(name_of(state)), std::move(reason));
}

}  // namespace cpe::deployment
