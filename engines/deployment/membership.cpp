#include "engines/deployment/membership.hpp"

#include "engines/deployment/changes.hpp"
#include "engines/deployment/instances.hpp"
#include "engines/deployment/operations.hpp"
#include "engines/deployment/ticks.hpp"
#include "engines/deployment/watches.hpp"

#include <utility>

namespace cpe::deployment {
namespace {

TimerId heartbeat_timer(const World& w, const AssemblyUnit& a) {
    return {TimerKind::heartbeat, w.index_of(a)};
}

Millis silence_limit(const World& w) {
    return w.settings.heartbeat_interval * w.settings.heartbeat_missed;
}

void hear(World& w, AssemblyUnit& a) {
    a.heard = w.now.mono;
    a.heartbeat = w.now.wall;
}

/// Its services are to be probed: what was known of them may not be so any more.
void forget_services(World& w, AssemblyUnit& a) {
    a.history.clear();
    w.each_placement(a, [&](Placement& p) {
        p.may_run = true;
        if (!w.service_of(p).hard) p.hard = false;
        forget_watches(w, p);
    });
}

void join(World& w, AssemblyUnit& a, const GuestHello& hello, const std::string& how) {
    a.life.resume(Life::Input::heard);
    a.proven_down = false;
    a.boot_id = hello.boot_id;
    a.agent_id = hello.agent_id;
    if (a.instance.hostname.empty()) {
        a.instance.hostname = hello.hostname;
        a.remember = true;
    }
    a.early.reset();
    a.adopting = false;
    a.strikes = a.mismatches = 0;
    a.overdue_grace.reset();
    hear(w, a);
    a.backoff.runs(w.now.mono);
    w.timers.clear({TimerKind::life, w.index_of(a)});
    w.timers.set(heartbeat_timer(w, a), w.now.mono + silence_limit(w));
    forget_services(w, a);
    cancel_all(w, a, hello);
    w.status_changed = true;
    change(w, a, AssemblyState::running, how);
    interrupt(w, "assembly " + std::string(a.model->name) + " is a member: " + how);
    // The others were released already: it has come too late to be stopped in order.
    if (w.phase == Phase::down) drive(w, a, Life::Input::release);
}

/// It was given up, but came back before anybody could stop it.
void call_off(World& w, AssemblyUnit& a, const GuestHello& hello) {
    const bool same = hello.boot_id == a.boot_id;
    w.journal.tell("fencing", {std::string(a.model->name), {}}, "called_off",
                   same ? "it answers again; its services are probed"
                        : "it booted anew by itself; its old life has ended");
    join(w, a, hello, same ? "it answers again" : "it booted anew by itself");
}

/// A member says hello again.
void greet_again(World& w, AssemblyUnit& a, const GuestHello& hello) {
    if (hello.boot_id != a.boot_id) {
        a.window.add(w.now.wall);
        a.remember = true;
        change(w, a, AssemblyState::failed, "its guest booted anew by itself");
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

void aim_all(World& w, Life::Goal goal) {
    for (AssemblyUnit& a : w.assemblies) {
        a.life.aim(goal);
        drive(w, a, Life::Input::wish);
    }
}

void drive(World& w, AssemblyUnit& a, Life::Input input) {
    command(w, a, a.life.resume(input));
    if (a.early && a.life.state() == Life::State::booting) {
        const GuestHello hello = *std::exchange(a.early, std::nullopt);
        join(w, a, hello, "its guest speaks");
    }
}

void lose(World& w, AssemblyUnit& a, const std::string& reason, Counted counted) {
    const auto state = a.life.state();
    if (state != Life::State::member && state != Life::State::booting &&
        state != Life::State::starting)
        return;  // it is being dealt with
    const bool was_member = state == Life::State::member;
    const bool seemed_well = was_member || a.adopting;
    if (counted == Counted::yes && was_member && w.phase == Phase::up) {
        a.window.add(w.now.wall);
        a.remember = true;
    }
    change(w, a, AssemblyState::failed, reason);
    a.adopting = a.spoke = false;
    a.early.reset();
    w.timers.clear(heartbeat_timer(w, a));
    w.timers.clear({TimerKind::life, w.index_of(a)});
    w.each_placement(a, [&](Placement& p) {
        if (p.here) w.service_of(p).backoff.ended(w.now.mono);
        if (seemed_well && p.state != ServiceState::stopped)
            change(w, p, ServiceState::unknown, "its assembly failed: " + reason);
    });
    drive(w, a, Life::Input::failed);
    change(w, a, AssemblyState::fencing, "it is made sure of to be dead");
    lose_operations(w, a, "its assembly failed");
    interrupt(w, "assembly " + std::string(a.model->name) + " failed: " + reason);
}

void on_guest_up(World& w, const event::GuestUp& event) {
    AssemblyUnit* a = w.find_assembly(event.assembly);
    if (!a) return;
    if (!a->dead_boot_id.empty() && event.hello.boot_id == a->dead_boot_id) return;  // late news
    switch (a->life.state()) {
        case Life::State::starting:
            a->early = event.hello;
            if (a->adopting && !a->command) drive(w, *a, Life::Input::started);
            return;
        case Life::State::booting: return join(w, *a, event.hello, "its guest speaks");
        case Life::State::member: return greet_again(w, *a, event.hello);
        case Life::State::fencing:
            a->early = event.hello;
            a->spoke = true;
            return;
        case Life::State::unfenced:
            if (a->life.goal() == Life::Goal::up) call_off(w, *a, event.hello);
            return;
        default: return;
    }
}

void on_heartbeat(World& w, const event::GuestHeartbeat& event) {
    AssemblyUnit* a = w.find_assembly(event.assembly);
    if (!a) return;
    if (a->life.state() == Life::State::member) {
        hear(w, *a);
        return check_heartbeat(w, *a, event);
    }
    if (a->life.state() == Life::State::fencing) a->spoke = true;
    if (a->life.state() == Life::State::unfenced && a->life.goal() == Life::Goal::up) {
        GuestHello hello;  // the connection never ended: it is the same life
        hello.boot_id = a->boot_id;
        hello.agent_id = a->agent_id;
        call_off(w, *a, hello);
    }
}

void on_guest_gone(World& w, const event::GuestGone& event) {
    // Whether it is dead is for the missed heartbeat to say.
    w.note(LogLevel::info, "assembly " + event.assembly + ": connection ended: " + event.reason);
}

void check_silence(World& w, AssemblyUnit& a) {
    if (a.life.state() != Life::State::member) return;
    const MonoTime limit = a.heard + silence_limit(w);
    if (limit > w.now.mono) return w.timers.set(heartbeat_timer(w, a), limit);
    lose(w, a, "no heartbeat for " + std::to_string((w.now.mono - a.heard).count()) + " ms",
         Counted::yes);
}

void forgive_silence(World& w) {
    w.note(LogLevel::warning, "this daemon stood still; heartbeats are waited for anew");
    for (AssemblyUnit& a : w.assemblies)
        if (a.life.state() == Life::State::member) a.heard = w.now.mono;
}

void await_rejoin(World& w, AssemblyUnit& a) {
    a.life.resume(Life::Input::rejoin);
    a.adopting = true;
    w.timers.set({TimerKind::life, w.index_of(a)}, w.now.mono + 2 * silence_limit(w));
}

}  // namespace cpe::deployment
