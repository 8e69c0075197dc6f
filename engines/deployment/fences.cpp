#include "engines/deployment/fences.hpp"

#include "engines/deployment/changes.hpp"
#include "engines/deployment/channels.hpp"
#include "engines/deployment/climb.hpp"
#include "engines/deployment/instances.hpp"
#include "engines/deployment/membership.hpp"
#include "engines/deployment/overhaul.hpp"
#include "engines/deployment/restraint.hpp"
#include "engines/deployment/strangers.hpp"
#include "engines/deployment/ticks.hpp"
#include "engines/deployment/transition.hpp"

#include <algorithm>
#include <utility>

namespace cpe::deployment {
namespace {

void tell_fencing(World& w, const AssemblyUnit& a, std::string state, std::string reason) {
    w.journal.tell("fencing", {std::string(a.model->name), {}}, std::move(state),
                   std::move(reason));
}

void services_ended(World& w, AssemblyUnit& a, const std::string& reason) {
    a.history.clear();
    a.proven_down = true;
    w.each_placement(a, [&](Placement& p) {
        p.may_run = false;
        p.watches.clear();
        change(w, p, ServiceState::stopped, reason);
    });
}

/// Why it is certain that nothing of the old life runs any more; and what became of it.
void proven(World& w, AssemblyUnit& a, const std::string& proof,
            const std::string& end = "its instance was stopped") {
    const bool fenced = a.state == AssemblyState::fencing || a.awaits_person;
    a.remember = a.remember || a.held_outside;
    a.spoke = a.awaits_person = a.stuck = a.held_outside = false;
    a.refusal.clear();
    a.early.reset();
    a.awaits_silence.reset();
    a.retry.reset();
    services_ended(w, a, fenced ? "its assembly was fenced" : "its assembly was stopped");
    if (fenced) tell_fencing(w, a, "confirmed", proof);
    const bool again = a.life.goal() == Life::Goal::up;
    drive(w, a, Life::Input::confirmed);
    if (!fence_ended(w, a, true) && fenced && (again || w.phase == Phase::draining))
        want_tick(w, "assembly " + std::string(a.model->name) + " was fenced");
    if (again && fenced) return cool_down(w, a);
    if (again) return drive(w, a, Life::Input::timer);
    change(w, a, AssemblyState::stopped, end);
}

void stop_confirmed(World& w, AssemblyUnit& a, InstanceReport report) {
    std::string proof = "its provider says: " + std::string(name_of(report.state));
    if (!report.reason.empty()) proof += ": " + report.reason;
    bury(a);
    report.instance.clear();
    const bool vanished = report.state == InstanceState::absent && std::exchange(a.seen, false);
    learn(w, a, std::move(report));
    if (vanished && a.life.goal() == Life::Goal::up) tell_absent(w, a);
    proven(w, a, proof);
}

std::string seconds(Millis span) {
    return std::to_string(span.count() / 1000) + " s";
}

/// Clouds delete records of what runs on a host that they cannot reach (design.md §6.1).
void confirmed_by_record(World& w, AssemblyUnit& a, InstanceReport report) {
    if (report.instance.empty()) report.instance = a.instance.instance;
    open_channel(w, a);  // it is listened for from now on, if it was not before
    a.awaits_silence = std::move(report);
    if (a.spoke) return spoke_while_fenced(w, a);
    const MonoTime proof = a.silent_since + w.settings.confirm_silence;
    if (proof <= w.now.mono) return silence_kept(w, a);
    w.timers.set(w.life_timer(a), proof);
    tell_fencing(w, a, "waiting",
                 a.awaits_silence->reason + "; it counts once its guest is silent for " +
                     seconds(w.settings.confirm_silence));
}

/// It may have spoken while its provider was asked.
void heed_its_voice(World& w, AssemblyUnit& a) {
    if (!a.spoke || a.stuck || a.life.goal() != Life::Goal::up) return;
    if (a.early) return on_guest_up(w, {std::string(a.model->name), *a.early});
    on_heartbeat(w, {std::string(a.model->name), 0, Millis{0}});
}

void stop_unconfirmed(World& w, AssemblyUnit& a, const std::string& reason) {
    drive(w, a, Life::Input::unconfirmed);
    const Millis pause = std::max(w.settings.fence_retry, a.retry.failed(w.now.mono));
    w.timers.set(w.life_timer(a), w.now.mono + pause);
    tell_fencing(w, a, "unconfirmed",
                 reason + "; next try in " + std::to_string(pause.count() / 1000) + " s");
    fence_ended(w, a, false);
    heed_its_voice(w, a);
}

/// Its provider has no way to stop it. Where nothing of ours can run any more that is no matter,
/// but for a move: its guest would go on speaking for the one at the other provider. Else only a
/// person can know, or the guest itself when it answers again.
void cannot_be_stopped(World& w, AssemblyUnit& a, const std::string& reason) {
    if (may_be_let_go(w, a)) {
        a.boot_id.clear();
        a.remember = true;
        const std::string proof = "nothing of it can run there; " + reason;
        if (a.state == AssemblyState::failed && !a.awaits_person)
            tell_fencing(w, a, "confirmed", proof);
        return proven(w, a, proof, proof);
    }
    drive(w, a, Life::Input::unconfirmed);
    a.awaits_person = true;
    const std::string name(a.model->name);
    std::string advice =
        "make sure that it is down, then: cpe-ctl assembly confirm-down " + w.key.name + " " + name;
    if (a.stuck) advice += "; or stop its service by hand, then: cpe-ctl service retry";
    tell_fencing(w, a, "unconfirmed", reason + "; " + advice);
    change(w, a, AssemblyState::failed, "its provider cannot fence it; " + advice);
    fence_left_out(w, a);
    heed_its_voice(w, a);
}

}  // namespace

void spoke_while_fenced(World& w, AssemblyUnit& a) {
    a.spoke = true;
    break_silence(w, a);
}

void break_silence(World& w, AssemblyUnit& a) {
    a.silent_since = w.now.mono;
    if (!a.awaits_silence) return;
    w.timers.clear(w.life_timer(a));
    const std::string gone = std::exchange(a.awaits_silence, std::nullopt)->reason;
    stop_unconfirmed(w, a, gone + "; but its guest speaks");
}

void silence_kept(World& w, AssemblyUnit& a) {
    InstanceReport report = *std::exchange(a.awaits_silence, std::nullopt);
    report.record_only = false;
    report.reason += "; its guest is silent for " + seconds(w.now.mono - a.silent_since);
    stop_confirmed(w, a, std::move(report));
}

void stop_done(World& w, AssemblyUnit& a, Result<InstanceReport> outcome) {
    if (!outcome && outcome.error().code == Errc::unsupported)
        return cannot_be_stopped(w, a, outcome.error().line());
    if (!outcome) return stop_unconfirmed(w, a, outcome.error().line());
    if (outcome->state == InstanceState::absent && outcome->record_only)
        return confirmed_by_record(w, a, std::move(*outcome));
    if (outcome->state == InstanceState::stopped || outcome->state == InstanceState::absent)
        return stop_confirmed(w, a, std::move(*outcome));
    stop_unconfirmed(w, a,
                     "its provider says: " + std::string(name_of(outcome->state)) +
                         (outcome->reason.empty() ? "" : ": " + outcome->reason));
}

void ended_outside(World& w, AssemblyUnit& a, const std::string& reason) {
    bury(a);
    services_ended(w, a, reason);
    want_tick(w, "assembly " + std::string(a.model->name) + ": " + reason);
}

void person_confirmed(World& w, AssemblyUnit& a, const std::string& who) {
    // No boot id is taken for dead: should its guest speak after all, it is heard and probed.
    a.boot_id.clear();
    a.remember = true;
    a.command = {};
    w.timers.clear(w.life_timer(a));
    proven(w, a, who + " confirmed that it is down");
}

void cool_down(World& w, AssemblyUnit& a) {
    if (a.life.state() != Life::State::cooling) return;
    // Asked for and done, or overtaken: a DPE that comes back must not do it again.
    const bool restarts = !std::exchange(a.restart_by, {}).empty();
    a.remember = a.remember || restarts;
    if (is_restrained(w, a) && !a.held) {
        return change(w, a, AssemblyState::failed,
                      "its next start waits: " + words_of_restraint(w, a));
    }
    if (restarts) return drive(w, a, Life::Input::timer);
    const Millis pause = a.backoff.failed(w.now.mono);
    a.not_before = w.now.mono + pause;
    a.remember = true;
    if (a.held)
        return change(w, a, AssemblyState::unrecoverable,
                      "nothing is left to try; it waits for the next try or for an operator");
    if (w.ladder.overhaul != Overhaul::none)
        return change(w, a, AssemblyState::stopped, "it starts again with the whole deployable");
    if (pause == Millis{0}) return drive(w, a, Life::Input::timer);
    w.timers.set(w.life_timer(a), *a.not_before);
    change(w, a, AssemblyState::booting,
           "its next start waits " + std::to_string(pause.count() / 1000) + " s");
}

void end_pause(World& w, AssemblyUnit& a) {
    a.not_before.reset();
    if (a.life.state() != Life::State::cooling || a.held) return;
    w.timers.clear(w.life_timer(a));
    drive(w, a, Life::Input::timer);
}

}  // namespace cpe::deployment
