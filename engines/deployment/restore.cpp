#include "engines/deployment/restore.hpp"

#include "engines/deployment/changes.hpp"
#include "engines/deployment/channels.hpp"
#include "engines/deployment/leftover_records.hpp"
#include "engines/deployment/leftovers.hpp"
#include "engines/deployment/lifecycle.hpp"
#include "engines/deployment/membership.hpp"
#include "engines/deployment/memory.hpp"
#include "engines/deployment/restraint.hpp"

#include <algorithm>

namespace cpe::deployment {
namespace {

void restore(AssemblyUnit& a, const AssemblyStatus& was) {
    a.state = was.state;
    a.since = was.since;
    a.proven_down =
        was.state == AssemblyState::stopped || was.state == AssemblyState::unrecoverable;
    a.instance.instance = was.instance;
    a.instance.address = was.address;
    a.instance.state = was.instance_state;
    a.heartbeat = was.heartbeat;
    // Where it waits for a person, that is a part of the reason, and is found out anew.
    if (was.state != AssemblyState::failed) a.trouble = was.reason;
    a.placed = was.state != AssemblyState::pending;
    a.seen = !was.instance.empty();
}

void restore(const World& w, ServiceUnit& s, const ServiceStatus& was) {
    s.state = was.state;
    s.since = was.since;
    for (Placement& p : s.placements) {
        const std::string_view name = w.home_of(p).model->name;
        const auto& places = was.assemblies;
        if (std::find(places.begin(), places.end(), name) == places.end()) continue;
        p.state = was.state;
        p.checked = was.last_checked;
        p.here = was.state != ServiceState::stopped && was.state != ServiceState::unknown;
    }
}

void close_books(World& w, const StoredDeployable& stored) {
    for (ActionRecord row : stored.pending) {
        row.finished_at = w.now.wall;
        row.status = ActionStatus::lost;
        w.journal.batch().actions.push_back(std::move(row));
    }
    for (TransitionRecord row : stored.running) {
        row.finished_at = w.now.wall;
        row.status = "aborted";
        row.input.clear();
        w.journal.batch().transitions.push_back(row);
        w.journal.within(row.id);
        w.journal.tell("transition_finished", {}, row.status, "the daemon was restarted");
    }
    w.journal.within({});
}

bool may_run(const AssemblyUnit& a) {
    return a.state != AssemblyState::pending && a.state != AssemblyState::stopped &&
           a.state != AssemblyState::unrecoverable;
}

/// Its fence was under way, and nobody knows how far: it is begun anew before anything else.
bool was_unclean(const AssemblyUnit& a) {
    return a.state == AssemblyState::failed || a.state == AssemblyState::fencing || a.unclean;
}

/// Proven down, and given up or waiting for the whole deployable.
bool stays_down(const World& w, const AssemblyUnit& a) {
    return a.state == AssemblyState::unrecoverable ||
           (a.state == AssemblyState::stopped && w.ladder.overhaul != Overhaul::none);
}

/// Nothing is commanded. What may run is listened for; what was being fenced may still come back.
void resume_restrained(World& w, AssemblyUnit& a) {
    if (stays_down(w, a)) a.life.resume(Life::Input::pause);
    if (!may_run(a)) return;
    listen_for(w, a);
    if (!was_unclean(a)) return;
    a.ran = true;
    a.adopting = false;
    w.timers.clear({TimerKind::life, w.index_of(a)});
    drive(w, a, Life::Input::failed);
}

/// What leaves goes on leaving, whatever else is wanted. True when it leaves.
bool resumed_leaving(World& w, AssemblyUnit& a) {
    if (!a.model->leaving) return false;
    a.life.aim(Life::Goal::gone);
    if (!has_ended(a)) is_restrained(w, a) ? resume_restrained(w, a) : resume_leaving(w, a);
    return true;
}

void resume_up(World& w) {
    w.phase = Phase::up;
    for (AssemblyUnit& a : w.assemblies) {
        if (resumed_leaving(w, a)) continue;
        a.life.aim(Life::Goal::up);
        a.adopting = a.ran = a.state == AssemblyState::running;
        if (is_restrained(w, a)) {
            resume_restrained(w, a);
            continue;
        }
        if (was_unclean(a))
            change(w, a, AssemblyState::fencing, "its fence was not confirmed before: begun anew");
        if (stays_down(w, a)) {
            a.life.resume(Life::Input::pause);
            continue;
        }
        drive(w, a, was_unclean(a) ? Life::Input::failed : Life::Input::wish);
    }
}

/// It was being stopped: guests that may still run are listened for, so that their services are
/// stopped in order; the others are just stopped.
void resume_down(World& w) {
    w.phase = Phase::draining;
    for (AssemblyUnit& a : w.assemblies) {
        if (resumed_leaving(w, a)) continue;
        if (!may_run(a)) {
            if (a.state != AssemblyState::pending)
                change(w, a, AssemblyState::stopped, "it does not run, and is not wanted");
            continue;
        }
        const bool ran = a.state == AssemblyState::running || a.state == AssemblyState::maintenance;
        if (!ran || a.unclean) {
            drive(w, a, Life::Input::failed);
            continue;
        }
        open_channel(w, a);
        await_rejoin(w, a);
    }
}

void resume(World& w, const StoredDeployable& stored) {
    if (stored.wanted && !stored.deleting) return w.ladder.begun ? resume_down(w) : resume_up(w);
    if (std::any_of(w.assemblies.begin(), w.assemblies.end(), may_run)) return resume_down(w);
    for (AssemblyUnit& a : w.assemblies) resumed_leaving(w, a);
    if (stored.deleting) w.phase = Phase::down;
}

}  // namespace

void restore(World& w, const StoredDeployable& stored) {
    w.key = stored.key;
    w.deleting = stored.deleting;
    if (!stored.status) return;
    w.state = stored.status->state;
    w.since = stored.status->since;
    for (const auto& was : stored.status->assemblies)
        if (auto* a = w.find_assembly(was.name)) restore(*a, was);
    for (const auto& was : stored.status->services)
        if (auto* s = w.find_service(was.resource)) restore(w, *s, was);
    for (const AssemblyUnit& a : w.assemblies)
        if (a.proven_down) w.each_placement(a, [](Placement& p) { p.may_run = false; });
}

void begin(World& w, const StoredDeployable& stored) {
    recall(w, stored.memory);
    settle_leftovers(w, stored);
    close_books(w, stored);
    w.why = "the daemon was started";
    if (!stored.status) {
        w.status_changed = true;
        w.since = w.now.wall;
        for (auto& a : w.assemblies) a.since = w.now.wall;
        for (auto& s : w.services) s.since = w.now.wall;
    }
    if (!stored.wanted || stored.deleting) w.ladder.overhaul = Overhaul::none;
    resume(w, stored);
    for (AssemblyUnit& a : w.assemblies) a.unclean = false;  // dealt with
}

}  // namespace cpe::deployment
