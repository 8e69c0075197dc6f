#include "engines/deployment/changes.hpp"

#include "engines/deployment/climb.hpp"
#include "engines/deployment/leftovers.hpp"
#include "engines/deployment/overhaul.hpp"
#include "engines/deployment/restraint.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace cpe::deployment {
namespace {

/// It is pinned to, or was last in, an assembly that only a person can say to be down.
bool waits_for_a_person(const World& w, const ServiceUnit& s) {
    return std::any_of(s.placements.begin(), s.placements.end(), [&](const Placement& p) {
        return w.home_of(p).awaits_person && (!s.floats() || p.here);
    });
}

/// Which services do not run because somebody must act first: hard failures, those of an assembly
/// that a person must confirm down, and what depends on them.
std::vector<bool> waiting_for_somebody(World& w) {
    std::vector<bool> waits(w.services.size());
    for (std::size_t i = 0; i < w.services.size(); ++i)
        waits[i] = w.services[i].hard || waits_for_a_person(w, w.services[i]) ||
                   waits_for_maintenance(w, w.services[i]);
    const auto passes_on = [&](const ServiceUnit* first, const ServiceUnit* then) {
        if (!first || !then || !waits[w.index_of(*first)] || waits[w.index_of(*then)]) return false;
        waits[w.index_of(*then)] = true;
        return true;
    };
    for (bool grew = true; grew;) {
        grew = false;
        for (const Dependency& d : w.model.dependencies)
            grew |= passes_on(w.find_service(d.first), w.find_service(d.then));
        for (const ServiceUnit& s : w.services)
            if (s.is_script()) grew |= passes_on(&s, w.find_service(s.model->configures));
    }
    return waits;
}

bool at_work(ServiceState state) {
    return state == ServiceState::starting || state == ServiceState::stopping;
}

bool awaits_a_person(const World& w) {
    return std::any_of(w.assemblies.begin(), w.assemblies.end(),
                       [](const auto& a) { return a.awaits_person; });
}

/// What leaves has left.
bool all_assemblies_run(const World& w) {
    return std::all_of(w.assemblies.begin(), w.assemblies.end(), [](const AssemblyUnit& a) {
        if (a.model->leaving) return has_ended(a);
        return a.state == AssemblyState::running ||
               (a.state == AssemblyState::maintenance &&
                (a.life.state() == Life::State::member || a.adopting));
    });
}

/// Something is down, and everything that is down waits for somebody: for a person, or for a place
/// that the policy engine does not find.
bool is_degraded(World& w) {
    if (w.ticks.errors > 0 || is_restrained(w)) return true;
    if (std::any_of(w.assemblies.begin(), w.assemblies.end(), [](const auto& a) {
            const bool well = a.model->leaving ? has_ended(a)
                                               : a.state == AssemblyState::running ||
                                                     a.state == AssemblyState::maintenance;
            return !well && !a.awaits_person && !a.held_outside;
        }))
        return false;
    const bool nothing_to_do = w.ticks.idle && !w.ticks.wanted && !w.ticks.asked && !w.transition;
    const auto waits = waiting_for_somebody(w);
    for (std::size_t i = 0; i < w.services.size(); ++i) {
        const auto& s = w.services[i];
        if (runs_in_full(w, s)) continue;
        if (at_work(s.state) || s.held_until) return false;
        if (!waits[i] && !nothing_to_do) return false;
    }
    return true;
}

bool all_run(const World& w) {
    return std::all_of(w.services.begin(), w.services.end(),
                       [&](const auto& s) { return runs_in_full(w, s); }) &&
           all_assemblies_run(w);
}

DeployableState state_of(World& w) {
    switch (w.phase) {
        case Phase::stopped:
        case Phase::gone: return DeployableState::stopped;
        case Phase::draining:
        case Phase::down:
            if (w.ladder.overhaul == Overhaul::none) return DeployableState::stopping;
            return awaits_a_person(w) ? DeployableState::degraded : DeployableState::recovering;
        case Phase::clearing: return DeployableState::stopping;
        case Phase::up: break;
    }
    if (all_run(w)) return DeployableState::running;
    if (w.ladder.retry_at) return DeployableState::unrecoverable;
    if (is_degraded(w)) return DeployableState::degraded;
    return w.all_ran ? DeployableState::recovering : DeployableState::starting;
}

std::string why_degraded(const World& w) {
    if (w.restraint.maintenance) return "it is in maintenance";
    if (w.restraint.brake) return "the brake is on: " + w.restraint.brake_reason;
    for (const AssemblyUnit& a : w.assemblies) {
        const std::string name(a.model->name);
        if (a.awaits_person && !a.refusal.empty()) return "assembly " + name + ": " + a.refusal;
        if (a.awaits_person)
            return "assembly " + name + " waits for cpe-ctl assembly confirm-down " + w.key.name +
                   " " + name;
    }
    for (const AssemblyUnit& a : w.assemblies)
        if (a.held_outside)
            return "assembly " + std::string(a.model->name) +
                   " is held at its provider: " + a.instance.reason;
    for (const ServiceUnit& s : w.services)
        if (s.hard) return "service " + title_of(w, s) + " waits for an operator or a new document";
    for (const AssemblyUnit& a : w.assemblies)
        if (in_maintenance(w, a))
            return "assembly " + std::string(a.model->name) + " is in maintenance";
    for (const ServiceUnit& s : w.services)
        if (!runs_in_full(w, s))
            return "the policy engine finds no place for service " + title_of(w, s);
    return w.why;
}

std::string reason_of(const World& w, DeployableState state) {
    if (state == DeployableState::running) return "all services run";
    if (state == DeployableState::degraded && w.ticks.errors == 0) return why_degraded(w);
    if (state != DeployableState::unrecoverable) return w.why;
    for (const AssemblyUnit& a : w.assemblies)
        if (a.held) return "nothing is left to try for assembly " + std::string(a.model->name);
    return w.why;
}

std::size_t count(const ServiceUnit& s, ServiceState state) {
    return static_cast<std::size_t>(
        std::count_if(s.placements.begin(), s.placements.end(),
                      [&](const Placement& p) { return p.state == state; }));
}

/// What all its instances come to. One instance: where it is most alive. Several: what is being
/// done, or has failed, anywhere.
ServiceState together(const ServiceUnit& s) {
    using enum ServiceState;
    if (s.hard) return unrecoverable;
    constexpr ServiceState of_one[] = {running, starting, stopping, failed, unknown};
    constexpr ServiceState of_many[] = {failed, starting, stopping, running, unknown};
    for (const ServiceState state : s.is_clone() ? of_many : of_one)
        if (count(s, state) > 0) return state;
    return stopped;
}

bool is_failure(ServiceState state) {
    return state == ServiceState::failed || state == ServiceState::unrecoverable;
}

void tell(World& w, const ServiceUnit& s, const std::string& assembly, std::string reason) {
    if (w.why.empty()) w.why = "service " + title_of(w, s) + ": " + reason;
    w.journal.tell(s.is_script() ? "configure_script" : "service_state_change",
                   {assembly, std::string(s.model->name)}, std::string(name_of(s.state)),
                   std::move(reason), is_failure(s.state) ? w.evidence : std::string());
}

/// The service's own state follows its instances'.
void follow(World& w, ServiceUnit& s, const std::string& assembly, bool again, std::string reason) {
    const ServiceState now = together(s);
    w.touched = true;
    w.status_changed = true;
    if (now == s.state && !again) return;
    if (now != s.state) s.since = w.now.wall;
    s.state = now;
    tell(w, s, assembly, std::move(reason));
}

}  // namespace

std::string title_of(const World& w, const ServiceUnit& s) {
    if (s.floats()) return std::string(s.model->name);
    if (s.is_script()) return std::string(s.model->configures) + "'s configure script";
    std::string title(w.home_of(s.placements.front()).model->name);
    return title.append("/").append(s.model->name);
}

std::string title_of(const World& w, const Placement& p) {
    const ServiceUnit& s = w.service_of(p);
    if (!s.floats()) return title_of(w, s);
    return title_of(w, s).append(" in ").append(w.home_of(p).model->name);
}

bool runs_in_full(const World& w, const ServiceUnit& s) {
    if (s.model->retired) return has_ended(w, s);
    const std::size_t running = count(s, ServiceState::running);
    if (!s.floats()) return running == 1;
    if (!s.is_clone()) return running >= 1;
    const bool promoted = std::any_of(s.placements.begin(), s.placements.end(),
                                      [](const Placement& p) { return p.promoted; });
    if (s.model->floating->promotable && !promoted) return false;
    return running >= std::min<std::size_t>(s.model->floating->instances, w.assemblies.size());
}

bool nothing_runs(const World& w) {
    return std::none_of(w.assemblies.begin(), w.assemblies.end(), [&](const AssemblyUnit& a) {
        // While stopping, only a guest that is listened for after a restart of cped is booting.
        const auto life = a.life.state();
        const bool may_speak = life == Life::State::member || life == Life::State::booting ||
                               (life == Life::State::starting && a.adopting);
        return may_speak && !nothing_may_run(w, a);
    });
}

bool nothing_may_run(const World& w, const AssemblyUnit& a) {
    bool any = false;
    w.each_placement(a, [&](const Placement& p) { any = any || p.may_run; });
    return !any;
}

bool may_be_let_go(const World& w, const AssemblyUnit& a) {
    const bool unheard = !a.heartbeat && a.life.goal() != Life::Goal::up;
    return (unheard || nothing_may_run(w, a)) && !is_moving(w, a);
}

void change(World& w, AssemblyUnit& a, AssemblyState state, std::string reason) {
    // A fence that was begun before is awaited, and seen to its end.
    if (in_maintenance(w, a))
        state = a.life.state() == Life::State::fencing ? AssemblyState::fencing
                                                       : AssemblyState::maintenance;
    // What is behind its maintenance is in its memory, not in its state.
    if (state == AssemblyState::maintenance || a.state == AssemblyState::maintenance)
        w.touched = a.remember = true;
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

void change(World& w, Placement& p, ServiceState state, std::string reason) {
    if (state == ServiceState::running || state == ServiceState::starting) p.here = true;
    if (state == ServiceState::stopped) {
        p.here = p.promoted = p.to_promote = false;
        forget_ran_with(w, p);
    }
    if (p.state == state) return;
    p.state = state;
    ServiceUnit& s = w.service_of(p);
    const bool again = s.is_clone() && state == ServiceState::failed;
    if (const ServiceState whole = together(s); whole != state && !s.hard)
        reason.append(" here; as a whole it is ").append(name_of(whole));
    follow(w, s, std::string(w.home_of(p).model->name), again, std::move(reason));
}

void change_everywhere(World& w, ServiceUnit& s, ServiceState state, std::string reason) {
    for (Placement& p : s.placements) p.state = state;
    review(w, s, std::move(reason));
}

void review(World& w, ServiceUnit& s, std::string reason) {
    const std::string where =
        s.floats() ? "" : std::string(w.home_of(s.placements.front()).model->name);
    follow(w, s, where, false, std::move(reason));
}

void review(World& w) {
    const DeployableState state = state_of(w);
    look_back(w, state);
    if (state == DeployableState::running && !w.all_ran) w.all_ran = w.remember = true;
    if (state == w.state) return;
    w.state = state;
    w.since = w.now.wall;
    w.status_changed = true;
    w.journal.tell("deployable_state_change", {}, std::string(name_of(state)), reason_of(w, state));
}

}  // namespace cpe::deployment
