#include "engines/deployment/restraint.hpp"

#include "engines/deployment/changes.hpp"
#include "engines/deployment/channels.hpp"
#include "engines/deployment/cib_input.hpp"
#include "engines/deployment/membership.hpp"
#include "engines/deployment/overhaul.hpp"
#include "engines/deployment/refusals.hpp"

#include <algorithm>
#include <utility>

namespace cpe::deployment {
namespace {

/// A probe, a recurring monitor, or what is only bookkeeping.
bool only_looks(const GraphAction& action) {
    if (action.kind == GraphAction::Kind::fence) return false;
    if (action.kind != GraphAction::Kind::rsc) return true;
    return action.operation == "monitor" || action.operation == "cancel";
}

bool is_unwatched(const World& w, const Placement& p) {
    const Service& model = *w.service_of(p).model;
    return p.state == ServiceState::running && model.monitor_interval && p.watches.empty();
}

/// Something that runs there is not probed or not watched.
bool is_in_the_dark(const World& w, const AssemblyUnit& a) {
    bool dark = false;
    w.each_placement(
        a, [&](const Placement& p) { dark |= is_unwatched(w, p) || !a.history.knows(p.service); });
    return dark;
}

bool leaves_unwatched(const World& w, const AssemblyUnit& a) {
    if (a.life.state() != Life::State::member) return false;
    bool any = false;
    w.each_placement(a, [&](const Placement& p) {
        any |= !w.service_of(p).model->retired && is_unwatched(w, p);
    });
    return any;
}

/// In one of the places where it may run somebody else is at work.
bool is_in_maintenance(const World& w, const ServiceUnit& s) {
    return std::any_of(s.placements.begin(), s.placements.end(), [&](const Placement& p) {
        return in_maintenance(w, w.home_of(p)) || w.home_of(p).held_outside;
    });
}

bool seems_to_run(const AssemblyUnit& a) {
    return a.life.state() == Life::State::member || a.adopting;
}

}  // namespace

bool in_maintenance(const World& w, const AssemblyUnit& a) {
    return w.phase == Phase::up && (w.restraint.maintenance || a.maintenance);
}

bool is_restrained(const World& w) {
    return w.phase == Phase::up && (w.restraint.brake || w.restraint.maintenance);
}

bool is_restrained(const World& w, const AssemblyUnit& a) {
    return is_restrained(w) || in_maintenance(w, a) || (w.phase == Phase::up && a.held_outside);
}

std::string words_of_restraint(const World& w, const AssemblyUnit& a) {
    if (in_maintenance(w, a)) return "it is in maintenance";
    return is_restrained(w) ? "the brake is on" : "it is left to whom has done it";
}

bool is_left_alone(const World& w, const AssemblyUnit& a) {
    return a.life.state() == Life::State::unfenced && in_maintenance(w, a);
}

bool is_unwatched_behind_a_fence(const World& w) {
    return (w.phase == Phase::up || w.phase == Phase::draining) &&
           std::any_of(w.assemblies.begin(), w.assemblies.end(),
                       [&](const AssemblyUnit& a) { return is_lost(w, a); }) &&
           std::any_of(w.assemblies.begin(), w.assemblies.end(),
                       [&](const AssemblyUnit& a) { return leaves_unwatched(w, a); });
}

bool must_only_look(const World& w) {
    if (is_restrained(w) || w.ticks.glance_next) return true;
    if (w.ticks.looked_in_vain) return false;
    return std::any_of(w.assemblies.begin(), w.assemblies.end(), [&](const AssemblyUnit& a) {
        return in_maintenance(w, a) && a.life.state() == Life::State::member &&
               is_in_the_dark(w, a);
    });
}

bool waits_for_maintenance(const World& w, const ServiceUnit& s) {
    if (s.state == ServiceState::running) return false;
    if (!s.floats() && is_in_maintenance(w, s)) return true;
    return std::any_of(w.model.dependencies.begin(), w.model.dependencies.end(),
                       [&](const Dependency& d) {
                           if (d.then != s.model->resource) return false;
                           const auto at = w.service_by_resource.find(d.first);
                           if (at == w.service_by_resource.end()) return false;
                           const ServiceUnit& first = w.services[at->second];
                           return !runs_in_full(w, first) && is_in_maintenance(w, first);
                       });
}

bool may_begin(const World& w, const GraphAction& action) {
    if (only_looks(action)) return true;
    const auto at = w.assembly_by_name.find(action.node);
    if (at == w.assembly_by_name.end()) return !is_restrained(w);
    return !w.ticks.looks && !is_restrained(w, w.assemblies[at->second]);
}

void suspect(World& w, const AssemblyUnit& a) {
    if (w.phase != Phase::up || in_maintenance(w, a) || !seems_to_run(a)) return;
    w.journal.suspect({std::string(a.model->name), provider_of(w, a)});
}

std::vector<Population> census(const World& w) {
    std::vector<Population> rows;
    if (w.phase != Phase::up) return rows;
    for (const AssemblyUnit& a : w.assemblies) {
        if (!a.ran || in_maintenance(w, a) || a.life.goal() != Life::Goal::up) continue;
        const std::string provider = provider_of(w, a);
        const auto row = std::find_if(rows.begin(), rows.end(), [&](const auto& known) {
            return known.provider == provider;
        });
        row == rows.end() ? rows.push_back({provider, 1}) : void(++row->assemblies);
    }
    return rows;
}

void go_on(World& w, AssemblyUnit& a, const std::string& why) {
    if (is_restrained(w, a)) return;
    const bool pausing = w.timers.runs({TimerKind::life, w.index_of(a)});
    switch (a.life.state()) {
        case Life::State::off: return heed_goal(w, a);
        case Life::State::cooling:
            if (a.life.goal() != Life::Goal::up) return heed_goal(w, a);
            if (!pausing && !a.held && w.ladder.overhaul == Overhaul::none)
                drive(w, a, Life::Input::timer);
            return;
        case Life::State::unfenced:
            if (a.awaits_person) return;
            if (is_spared(w, a)) return await_login(w, a);
            change(w, a, AssemblyState::fencing, why + "; it is made sure of to be dead");
            return drive(w, a, Life::Input::timer);
        case Life::State::undestroyed: return drive(w, a, Life::Input::timer);
        default: return;
    }
}

void listen_for(World& w, AssemblyUnit& a) {
    open_channel(w, a);
    a.life.resume(Life::Input::rejoin);
    a.adopting = true;
    a.boot_limit = w.now.mono + rejoin_limit(w);
    w.timers.set({TimerKind::life, w.index_of(a)}, a.boot_limit);
}

}  // namespace cpe::deployment
