#include "engines/deployment/ticks.hpp"

#include "engines/deployment/agents.hpp"
#include "engines/deployment/changes.hpp"
#include "engines/deployment/cib_input.hpp"
#include "engines/deployment/restraint.hpp"
#include "engines/deployment/transition.hpp"

#include <algorithm>
#include <utility>

namespace cpe::deployment {
namespace {

constexpr TimerId tick_timer{TimerKind::tick, 0};
constexpr TimerId recheck_timer{TimerKind::recheck, 0};

/// Nothing to ask about: no service may be started or stopped by plan now.
bool at_rest(const World& w) {
    return w.phase != Phase::up && w.phase != Phase::draining;
}

std::string cause_of(const Ticks& ticks) {
    if (ticks.more_causes == 0) return ticks.cause;
    return ticks.cause + " (and " + std::to_string(ticks.more_causes) + " more)";
}

/// It ran when cped ended and has not spoken since.
bool is_awaited(const AssemblyUnit& a) {
    const auto life = a.life.state();
    return a.adopting && (life == Life::State::starting || life == Life::State::booting);
}

/// Guests return one after the other to a new cped, and a plan that is made before all are heard
/// of, or proven dead, takes for ended what may still run: it would stop what that needs before it,
/// or start another instance of a clone.
bool is_finding_out(const World& w) {
    return std::any_of(w.assemblies.begin(), w.assemblies.end(), is_awaited);
}

bool must_wait(World& w) {
    auto& ticks = w.ticks;
    const MonoTime paced = w.pace.earliest(w.now.mono);
    const MonoTime earliest = std::max(paced, ticks.not_before.value_or(paced));
    if (earliest <= w.now.mono) return false;
    if (paced > w.now.mono && !ticks.bound_told) {
        ticks.bound_told = true;
        w.journal.tell(
            "limit", {}, {},
            "transitions are being slowed down: at most " +
                std::to_string(w.settings.transitions_per_minute) +
                " a minute (transitions_per_minute); next because of: " + cause_of(ticks));
    }
    w.timers.set(tick_timer, earliest);
    return true;
}

void tick_failed(World& w, const Error& error) {
    auto& ticks = w.ticks;
    ++ticks.errors;
    const Millis pause = std::max(Millis{1000}, ticks.backoff.failed(w.now.mono));
    ticks.not_before = w.now.mono + pause;
    w.why = "the policy engine could not plan: " + error.line();
    w.journal.tell("tick_failed", {}, {},
                   w.why + "; next try in " + std::to_string(pause.count() / 1000) + " s");
    want_tick(w, "the last tick failed");
    if (w.phase == Phase::draining && ticks.errors >= errors_until_plain_stop) {
        w.drained = true;
        forget_ticks(w);
    }
}

void arm_recheck(World& w, const TransitionGraph& graph) {
    Millis after = w.settings.recheck_interval;
    if (graph.recheck_by)
        after = std::clamp(Millis{graph.recheck_by->ms - w.now.wall.ms}, Millis{1000}, after);
    w.timers.set(recheck_timer, w.now.mono + after);
}

}  // namespace

void want_tick(World& w, std::string cause) {
    auto& ticks = w.ticks;
    w.touched = true;
    ticks.idle = false;
    if (at_rest(w)) return;
    if (ticks.wanted) {
        ++ticks.more_causes;
        return;
    }
    ticks.wanted = true;
    ticks.more_causes = 0;
    ticks.cause = std::move(cause);
}

void interrupt(World& w, std::string cause) {
    abort_transition(w, cause);
    w.ticks.stale = w.ticks.asked;
    want_tick(w, std::move(cause));
}

bool start_tick(World& w) {
    auto& ticks = w.ticks;
    if (!ticks.wanted || ticks.asked || w.transition || is_finding_out(w) || await_agents(w) ||
        must_wait(w))
        return false;
    w.timers.clear(tick_timer);
    w.timers.clear(recheck_timer);
    ticks.wanted = false;
    ticks.not_before.reset();
    w.pace.take(w.now.mono);
    ticks.bound_told = ticks.bound_told && w.pace.earliest(w.now.mono) > w.now.mono;
    ticks.looks = must_only_look(w);
    ticks.glances = std::exchange(ticks.glance_next, false);
    if (!ticks.looks) ticks.looked_in_vain = false;
    for (AssemblyUnit& a : w.assemblies) a.shown_lost = is_lost(w, a);
    auto cib = make_cib(w);
    if (!cib) {
        tick_failed(w, cib.error());
        return true;
    }
    ticks.asked = true;
    ticks.stale = false;
    ticks.asked_cause = cause_of(ticks);
    ticks.asked_cib = *cib;
    w.journal.act(effect::RequestTick{++ticks.last, std::move(*cib)});
    return true;
}

void on_tick_done(World& w, event::TickDone done) {
    auto& ticks = w.ticks;
    if (!ticks.asked || done.tick != ticks.last) return;
    ticks.asked = false;
    const std::string cib = std::exchange(ticks.asked_cib, {});
    if (at_rest(w)) return;
    if (!done.outcome) return tick_failed(w, done.outcome.error());
    if (std::exchange(ticks.errors, 0) > 0 && w.why.empty())
        w.why = "the policy engine plans again";
    ticks.backoff.reset();
    if (ticks.stale) return;  // what made it stale wants another tick already
    arm_recheck(w, done.outcome->graph);
    begin_transition(w, std::move(done.outcome->graph), ticks.asked_cause, cib);
    if (!ticks.looks || ticks.glances || w.transition || is_restrained(w)) return;
    ticks.looked_in_vain = true;  // all is known that can be: now the rest can be planned
    want_tick(w, "what is in maintenance was looked at");
}

void forget_ticks(World& w) {
    w.ticks.wanted = false;
    w.ticks.stale = w.ticks.asked;
    w.ticks.not_before.reset();
    w.timers.clear(tick_timer);
    w.timers.clear(recheck_timer);
}

}  // namespace cpe::deployment
