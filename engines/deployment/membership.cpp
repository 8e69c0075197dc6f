#include "engines/deployment/membership.hpp"

#include "engines/deployment/agents.hpp"
#include "engines/deployment/changes.hpp"
#include "engines/deployment/channels.hpp"
#include "engines/deployment/fences.hpp"
#include "engines/deployment/give_up.hpp"
#include "engines/deployment/host_keys.hpp"
#include "engines/deployment/instances.hpp"
#include "engines/deployment/maintenance.hpp"
#include "engines/deployment/operations.hpp"
#include "engines/deployment/refusals.hpp"
#include "engines/deployment/restraint.hpp"
#include "engines/deployment/strangers.hpp"
#include "engines/deployment/ticks.hpp"
#include "engines/deployment/watches.hpp"

#include <algorithm>
#include <utility>

namespace cpe::deployment {
namespace {

void hear(World& w, AssemblyUnit& a) {
    a.heard = a.silent_since = w.now.mono;
    a.heartbeat = w.now.wall;
    a.unreached.clear();
}

/// Given up or paused: it comes up when that is over. True when it has to wait.
bool must_wait(World& w, AssemblyUnit& a) {
    const auto state = a.life.state();
    if (state != Life::State::off && state != Life::State::cooling) return false;
    const bool paused = a.not_before && *a.not_before > w.now.mono;
    if (!a.held && !paused) return false;
    a.life.resume(Life::Input::pause);
    if (a.held) {
        change(w, a, AssemblyState::unrecoverable, "it waits for the next try or for an operator");
        return true;
    }
    w.timers.set({TimerKind::life, w.index_of(a)}, *a.not_before);
    change(w, a, AssemblyState::booting, "its next start waits");
    return true;
}

/// What was only waiting for its start has nothing to be proven.
void tell_stopped(World& w, AssemblyUnit& a) {
    if (a.life.state() != Life::State::off || a.state == AssemblyState::pending) return;
    w.timers.clear({TimerKind::life, w.index_of(a)});
    change(w, a, AssemblyState::stopped, "it does not run, and is not wanted");
}

/// Its services are to be probed: what was known of them may not be so any more.
void forget_services(World& w, AssemblyUnit& a) {
    a.history.clear();
    w.each_placement(a, [&](Placement& p) {
        p.may_run = true;
        if (!w.service_of(p).hard) p.hard = false;
        p.watches.clear();
    });
    believe_no_watch(a);
}

void join(World& w, AssemblyUnit& a, const GuestHello& hello, const std::string& how) {
    a.life.resume(Life::Input::heard);
    a.proven_down = false;
    a.ran = true;
    if (a.boot_id != hello.boot_id) bury(a);
    a.boot_id = hello.boot_id;
    if (a.peer_outdated) open_channel(w, a);
    a.agent_id = hello.agent_id;
    if (a.instance.hostname.empty()) {
        a.instance.hostname = hello.hostname;
        a.remember = true;
    }
    a.early.reset();
    a.remember = a.remember || a.held_outside;
    a.adopting = a.awaits_person = a.stuck = a.held_outside = false;
    a.refusal.clear();
    a.trouble.clear();
    if (std::exchange(a.boots_failed, 0) > 0) a.remember = true;
    a.retry.reset();
    no_longer_held(w, a);
    a.strikes = 0;
    a.differs_since.reset();
    a.overdue_grace.reset();
    hear(w, a);
    a.backoff.runs(w.now.mono);
    w.timers.clear({TimerKind::life, w.index_of(a)});
    w.timers.set(w.heartbeat_timer(a), w.now.mono + silence_limit(w));
    forget_services(w, a);
    forget_agents(w, a);
    cancel_all(w, a, hello);
    w.status_changed = true;
    change(w, a, AssemblyState::running, how);
    interrupt(w, "assembly " + std::string(a.model->name) + " is a member: " + how);
    // The others were released already: it has come too late to be stopped in order.
    if (w.phase == Phase::down) drive(w, a, Life::Input::release);
}

/// What could not be stopped in it was not cured by its speaking; a new boot is another life.
bool may_return(const AssemblyUnit& a, const std::string& boot_id) {
    return a.life.goal() == Life::Goal::up && (!a.stuck || boot_id != a.boot_id);
}

/// It was given up, but came back before anybody could stop it.
void call_off(World& w, AssemblyUnit& a, const GuestHello& hello) {
    const bool same = hello.boot_id == a.boot_id || a.boot_id.empty();
    a.remember = a.remember || !a.restart_by.empty();
    a.restart_by.clear();
    if (in_maintenance(w, a))
        tell_in_reach(w, a, same ? "it answers again" : "it booted anew by itself");
    else if (a.refusal.empty())
        w.journal.tell("fencing", {std::string(a.model->name), {}}, "called_off",
                       same ? "it answers again; its services are probed"
                            : "it booted anew by itself; its old life has ended");
    join(w, a, hello, same ? "it answers again" : "it booted anew by itself");
}

/// A member says hello again.
void greet_again(World& w, AssemblyUnit& a, const GuestHello& hello) {
    if (hello.boot_id != a.boot_id) {
        change(w, a, AssemblyState::failed, "its guest booted anew by itself");
        assembly_failed(w, a, "its guest booted anew by itself", Counted::told);
        lose_operations(w, a, "its guest booted anew");
        w.each_placement(a, [&](Placement& p) {
            change(w, p, ServiceState::stopped, "its guest booted anew by itself");
        });
        return join(w, a, hello, "it booted anew by itself");
    }
    hear(w, a);
    if (hello.agent_id != a.agent_id) {
        a.agent_id = hello.agent_id;
        lose_operations(w, a, "its agent was restarted", &hello.operations);
    }
    compare_watches(w, a, hello);
}

}  // namespace

void heed_goal(World& w, AssemblyUnit& a) {
    if (a.life.goal() == Life::Goal::up && must_wait(w, a)) return;
    drive(w, a, Life::Input::wish);
}

void aim_all(World& w, Life::Goal goal) {
    for (AssemblyUnit& a : w.assemblies) aim(w, a, a.model->leaving ? Life::Goal::gone : goal);
}

void aim(World& w, AssemblyUnit& a, Life::Goal goal) {
    a.life.aim(goal);
    if (a.adopting && goal != Life::Goal::up) {
        // Its services are to be stopped in order, should it speak before long.
        w.timers.set({TimerKind::life, w.index_of(a)}, w.now.mono + rejoin_limit(w));
        return;
    }
    heed_goal(w, a);
    if (goal == Life::Goal::down) tell_stopped(w, a);
}

void drive(World& w, AssemblyUnit& a, Life::Input input) {
    a.life.restrain(is_restrained(w, a) || (input == Life::Input::failed && is_spared(w, a)));
    command(w, a, a.life.resume(input));
    if (a.early && a.life.state() == Life::State::booting) {
        const GuestHello hello = *std::exchange(a.early, std::nullopt);
        join(w, a, hello, "its guest speaks");
    }
}

void probe_anew(World& w, AssemblyUnit& a) {
    w.each_placement(a, [&](Placement& p) {
        while (!p.watches.empty()) cancel_watch(w, p, p.watches.front().interval);
    });
    overtake_looks(w, a);
    forget_services(w, a);
}

void lose(World& w, AssemblyUnit& a, const std::string& reason, Counted counted) {
    const auto state = a.life.state();
    if (state != Life::State::member && state != Life::State::booting &&
        state != Life::State::starting)
        return;  // it is being dealt with
    if (state != Life::State::member && !a.adopting) a.ran = false;
    if (in_maintenance(w, a)) tell_out_of_reach(w, a, reason);
    a.trouble = reason;
    a.unreached.clear();
    change(
        w, a, AssemblyState::failed,
        is_restrained(w, a) ? reason + "; nothing is done: " + words_of_restraint(w, a) : reason);
    if (!is_spared(w, a)) assembly_failed(w, a, reason, counted);
    end_life(w, a, "failed", reason);
}

void end_life(World& w, AssemblyUnit& a, const std::string& verb, const std::string& reason) {
    const bool seemed_well = a.life.state() == Life::State::member || a.adopting;
    a.adopting = a.spoke = false;
    a.early.reset();
    w.timers.clear(w.heartbeat_timer(a));
    w.timers.clear({TimerKind::life, w.index_of(a)});
    w.each_placement(a, [&](Placement& p) {
        if (p.here) w.service_of(p).backoff.ended(w.now.mono);
        if (seemed_well && p.state != ServiceState::stopped)
            change(w, p, ServiceState::unknown, "its assembly " + verb + ": " + reason);
    });
    drive(w, a, Life::Input::failed);
    if (!is_restrained(w, a) && is_spared(w, a))
        await_login(w, a);
    else if (!is_restrained(w, a))
        change(w, a, AssemblyState::fencing,
               a.restart_by.empty() ? "it is made sure of to be dead"
                                    : "it is restarted: " + a.restart_by + " asked for it");
    lose_operations(w, a, "its assembly " + verb);
    forget_agents(w, a);
    interrupt(w, "assembly " + std::string(a.model->name) + " " + verb + ": " + reason);
}

void on_guest_up(World& w, const event::GuestUp& event) {
    AssemblyUnit* a = w.find_assembly(event.assembly);
    if (!a) return;
    pin_first(w, *a, event.hello);
    a->dead_voice = is_buried(*a, event.hello.boot_id) ? event.hello.boot_id : std::string();
    if (!a->dead_voice.empty()) return heard_of_the_dead(w, *a);
    switch (a->life.state()) {
        case Life::State::starting:
            a->early = event.hello;
            // It ran when cped ended, and speaks: no provider need say so, and the plan waits for
            // it.
            if (a->adopting) drive(w, *a, Life::Input::started);
            return;
        case Life::State::booting: return join(w, *a, event.hello, "its guest speaks");
        case Life::State::member: return greet_again(w, *a, event.hello);
        case Life::State::fencing: a->early = event.hello; return spoke_while_fenced(w, *a);
        case Life::State::unfenced:
            if (may_return(*a, event.hello.boot_id)) call_off(w, *a, event.hello);
            return;
        default: return;
    }
}

void on_heartbeat(World& w, const event::GuestHeartbeat& event) {
    AssemblyUnit* a = w.find_assembly(event.assembly);
    if (!a) return;
    if (!a->dead_voice.empty()) return heard_of_the_dead(w, *a);
    if (a->life.state() == Life::State::member) {
        hear(w, *a);
        return check_heartbeat(w, *a, event);
    }
    if (a->life.state() == Life::State::fencing) return spoke_while_fenced(w, *a);
    if (a->life.state() == Life::State::unfenced && may_return(*a, a->boot_id)) {
        GuestHello hello;  // the connection never ended: it is the same life
        hello.boot_id = a->boot_id;
        hello.agent_id = a->agent_id;
        call_off(w, *a, hello);
    }
}

void on_guest_gone(World& w, const event::GuestGone& event) {
    // Whether it is dead is for the missed heartbeat to say.
    w.note(LogLevel::info, "assembly " + event.assembly + ": connection ended: " + event.reason);
    AssemblyUnit* a = w.find_assembly(event.assembly);
    if (!a) return;
    a->dead_voice.clear();
    const bool shown = a->life.state() != Life::State::member;
    const bool news = std::exchange(a->unreached, event.reason) != event.reason;
    w.status_changed = w.status_changed || (news && shown);
    doubt_refusal(w, *a);
}

void check_silence(World& w, AssemblyUnit& a) {
    if (a.life.state() != Life::State::member) return end_refusal(w, a);
    const MonoTime limit = a.heard + silence_limit(w);
    if (limit > w.now.mono) return w.timers.set(w.heartbeat_timer(a), limit);
    suspect(w, a);
    lose(w, a, "no heartbeat for " + std::to_string((w.now.mono - a.heard).count()) + " ms",
         Counted::yes);
}

Millis silence_limit(const World& w) {
    return w.settings.heartbeat_interval * w.settings.heartbeat_missed;
}

Millis rejoin_limit(const World& w) {
    return std::min(w.settings.boot_timeout, 2 * silence_limit(w));
}

void await_rejoin(World& w, AssemblyUnit& a) {
    a.life.resume(Life::Input::rejoin);
    a.adopting = true;
    w.timers.set({TimerKind::life, w.index_of(a)}, w.now.mono + rejoin_limit(w));
}

}  // namespace cpe::deployment
