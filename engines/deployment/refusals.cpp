#include "engines/deployment/refusals.hpp"

#include "engines/deployment/changes.hpp"
#include "engines/deployment/climb.hpp"
#include "engines/deployment/fences.hpp"
#include "engines/deployment/membership.hpp"
#include "engines/deployment/restraint.hpp"
#include "engines/deployment/transition.hpp"

#include <string>
#include <utility>

namespace cpe::deployment {
namespace {

void tell_refused(World& w, AssemblyUnit& a, const event::GuestRefused& event) {
    if (event.host_key.empty()) {
        if (event.reason != a.refusal)
            w.journal.tell("login", {event.assembly, {}}, "refused", event.reason);
        return;
    }
    if (event.host_key == a.refused_key) return;
    a.refused_key = event.host_key;
    w.journal.tell("host_key", {event.assembly, {}}, "refused", event.reason);
}

}  // namespace

bool is_spared(const World& w, const AssemblyUnit& a) {
    return !a.refusal.empty() && !a.stuck && w.phase == Phase::up && !a.model->leaving &&
           a.life.goal() == Life::Goal::up;
}

void await_login(World& w, AssemblyUnit& a) {
    w.timers.clear({TimerKind::life, w.index_of(a)});
    a.awaits_person = true;
    change(w, a, AssemblyState::failed, a.refusal);
    fence_left_out(w, a);
}

void on_guest_refused(World& w, const event::GuestRefused& event) {
    AssemblyUnit* a = w.find_assembly(event.assembly);
    if (!a) return;
    tell_refused(w, *a, event);
    break_silence(w, *a);
    const bool news = std::exchange(a->refusal, event.reason) != event.reason;
    w.status_changed = w.status_changed || news;
    // Its boot is given its time: it may let us in before that is over.
    if (a->life.state() == Life::State::member)
        return is_spared(w, *a) ? lose(w, *a, event.reason, Counted::no) : void();
    w.timers.clear(w.heartbeat_timer(*a));
    if (a->life.state() == Life::State::unfenced && news && is_spared(w, *a) &&
        !is_restrained(w, *a))
        await_login(w, *a);
}

void doubt_refusal(World& w, AssemblyUnit& a) {
    if (a.refusal.empty() || a.life.state() == Life::State::member) return;
    if (w.timers.runs(w.heartbeat_timer(a))) return;
    w.timers.set(w.heartbeat_timer(a), w.now.mono + rejoin_limit(w));
}

void end_refusal(World& w, AssemblyUnit& a) {
    const bool waited = is_spared(w, a) && a.awaits_person;
    a.refusal.clear();
    w.status_changed = true;
    if (!waited || a.life.state() != Life::State::unfenced) return;
    a.awaits_person = false;
    if (is_restrained(w, a)) return;
    const std::string reason = "it does not even refuse us any more";
    assembly_failed(w, a, reason, Counted::yes);
    change(w, a, AssemblyState::fencing, reason + "; it is made sure of to be dead");
    drive(w, a, Life::Input::timer);
}

}  // namespace cpe::deployment
