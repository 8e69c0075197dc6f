#include "engines/deployment/results.hpp"

#include "engines/deployment/changes.hpp"
#include "engines/deployment/failures.hpp"
#include "engines/deployment/ticks.hpp"
#include "engines/deployment/watches.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <string>
#include <utility>

namespace cpe::deployment {
namespace {

using Kind = OperationResult::Outcome;

/// "monitor failed with rc 7 (not running): process gone"
std::string words_of(const std::string& operation, const OperationResult& result) {
    constexpr std::string_view meanings[] = {"ok",
                                             "error",
                                             "invalid parameter",
                                             "not implemented",
                                             "no privileges",
                                             "not installed",
                                             "not configured",
                                             "not running",
                                             "running, promoted",
                                             "failed, promoted"};
    std::string text = operation;
    if (result.outcome == Kind::timed_out) {
        text += " timed out";
    } else {
        text += " ended with rc " + std::to_string(result.rc);
        const auto rc = static_cast<std::size_t>(result.rc < 0 ? 1000 : result.rc);
        if (rc < std::size(meanings)) text.append(" (").append(meanings[rc]).append(")");
    }
    if (!result.exit_reason.empty()) text += ": " + result.exit_reason;
    return text;
}

/// For the event of a failure: what its agent said, which may be more than its exit reason.
std::string evidence_of(const std::string& operation, const OperationResult& result) {
    boost::json::object detail{{"operation", operation}};
    if (result.outcome == Kind::timed_out)
        detail["timed_out"] = true;
    else
        detail["rc"] = result.rc;
    if (!result.exit_reason.empty()) detail["exit_reason"] = result.exit_reason;
    if (!result.output.empty()) detail["output"] = result.output;
    return boost::json::serialize(detail);
}

bool is_reload(const Operation& op) {
    return op.row.operation == "reload-agent";
}

Placement& place_of(World& w, const Operation& op) {
    return *w.services[op.service].in(op.assembly);
}

/// What the scheduler is shown. It would never start again where anything but a start or a probe
/// ended with what it calls a hard error; only a start's is one here (design.md §8).
int shown_rc(const OperationResult& result, bool of_start) {
    if (result.outcome == Kind::timed_out) return ocf::unknown_error;
    const bool hard = result.rc >= ocf::invalid_param && result.rc <= ocf::not_configured;
    return hard && !of_start ? ocf::unknown_error : result.rc;
}

void record(World& w, const Operation& op, const OperationResult& result) {
    const Placement& p = place_of(w, op);
    const bool timed_out = result.outcome == Kind::timed_out;
    const int rc = shown_rc(result, op.row.operation == "start" || is_probe(op));
    Outcome outcome{op.row.operation, op.interval,       rc,
                    op.target_rc,     timed_out,         w.now.wall,
                    op.digest,        op.row.transition, op.action};
    // What runs was started with the parameters of its start, not with those of the probe.
    const bool found = is_probe(op) && !timed_out && is_running(result.rc);
    const bool demoted = op.row.operation == "demote" && !timed_out && result.rc == op.target_rc;
    if ((found || demoted) && !p.start_digest.empty()) outcome.digest = p.start_digest;
    // It is as after its start. A demotion as the last thing done would hide from the scheduler
    // what it was started with, and no other value would ever reach it.
    if (demoted) outcome.operation = "start";
    w.home_of(p).history.record(op.service, outcome);
}

/// An instance that has begun to run has a score now (cib_input.cpp), and may be promoted.
void offer_promotion(World& w, const Placement& p) {
    const ServiceUnit& s = w.service_of(p);
    if (s.floats() && s.model->floating->promotable && p.state != ServiceState::running)
        want_tick(w, title_of(w, p) + " may be promoted");
}

void started(World& w, Placement& p, const Operation& op) {
    ServiceUnit& s = w.service_of(p);
    s.remember = s.remember || p.start_digest != std::string_view(op.digest);
    p.start_digest = op.digest;
    if (!op.outdated) forget_ran_with(w, p);
    p.hard = false;
    s.backoff.runs(w.now.mono);
    offer_promotion(w, p);
    change(w, p, ServiceState::running, "started");
}

void reloaded(World& w, Placement& p, const Operation& op) {
    p.start_digest = op.digest;
    w.service_of(p).remember = true;
    if (!op.outdated) forget_ran_with(w, p);
}

void stopped(World& w, Placement& p) {
    ServiceUnit& s = w.service_of(p);
    p.may_run = false;
    s.backoff.ended(w.now.mono);
    s.remember = true;
    forget_watches(w, p);
    change(w, p, ServiceState::stopped, "stopped");
}

void promotion_changed(World& w, Placement& p, bool promoted) {
    p.to_promote = false;
    if (std::exchange(p.promoted, promoted) == promoted) return;
    ServiceUnit& s = w.service_of(p);
    s.remember = w.status_changed = true;
    w.journal.tell("promotion", {std::string(w.home_of(p).model->name), std::string(s.model->name)},
                   promoted ? "promoted" : "unpromoted", "because of: " + w.transition->row.cause);
}

void probed(World& w, const Operation& op, const OperationResult& result) {
    Placement& p = place_of(w, op);
    ServiceUnit& s = w.service_of(p);
    if (result.outcome == Kind::done && is_running(result.rc)) {
        s.backoff.runs(w.now.mono);
        if (std::exchange(s.hard, false)) s.remember = true;  // somebody made it run
        promotion_changed(w, p, result.rc == ocf::running_promoted);
        offer_promotion(w, p);
        return change(w, p, ServiceState::running, "a probe found it running");
    }
    if (result.outcome == Kind::done && result.rc == ocf::not_running) {
        // Looked for by the agent that started it; today's has not looked yet.
        if (p.ran_with && !p.ran_with->same_agent(*s.model)) w.home_of(p).history.forget(p.service);
        p.may_run = false;
        return change(w, p, ServiceState::stopped, "a probe found it not running");
    }
    // An agent that is missing has started nothing, unless one was there before: no stop is planned
    // for it, and no guest has to be proven dead because of it.
    if (result.outcome == Kind::done && result.rc == ocf::not_installed && p.start_digest.empty())
        p.may_run = false;
    start_failed(w, p, result, words_of("probe", result));
}

void watched(World& w, const Operation& op, const OperationResult& result, bool expected) {
    Placement& p = place_of(w, op);
    add_watch(w, p, {op.interval, op.timeout, Text(op.digest, &w.arena), op.id, op.target_rc});
    if (expected) return change(w, p, ServiceState::running, "its monitor goes well");
    // The first result of a monitor since a start: it did not really start.
    monitor_failed(w, p, words_of("monitor", result), First::yes);
}

void judge(World& w, const Operation& op, const OperationResult& result, bool expected) {
    Placement& p = place_of(w, op);
    const std::string& operation = op.row.operation;
    if (operation == "monitor" && is_probe(op)) return probed(w, op, result);
    if (operation == "monitor") return watched(w, op, result, expected);
    if (operation == "start" && expected) return started(w, p, op);
    if (operation == "start") return start_failed(w, p, result, words_of("start", result));
    if (is_reload(op) && expected) return reloaded(w, p, op);
    if (operation == "stop" && expected) return stopped(w, p);
    if (operation == "stop") return stop_failed(w, p, words_of("stop", result));
    if (operation == "promote" && expected) return promotion_changed(w, p, true);
    if (operation == "demote" && expected) return promotion_changed(w, p, false);
    if (!expected && operation != "notify")
        monitor_failed(w, p, words_of(operation, result), First::no);
}

/// Nothing came of it: it never began, or nobody knows.
void absorb_nothing(World& w, const Operation& op, const OperationResult& result) {
    Placement& p = place_of(w, op);
    const std::string what = op.row.operation + " of " + title_of(w, p);
    if (result.outcome == Kind::cancelled) {
        p.may_run = op.might_run;
        if (op.row.operation == "start" || op.row.operation == "stop")
            change(w, p, op.before, "its " + op.row.operation + " was called off");
        return interrupt(w, what + " was cancelled");
    }
    p.may_run = true;
    w.home_of(p).history.forget(op.service);
    interrupt(w, what + " was lost: " + result.exit_reason);
}

}  // namespace

bool is_probe(const Operation& op) {
    return op.row.operation == "monitor" && op.interval == Millis{0};
}

bool is_running(int rc) {
    return rc == ocf::ok || rc == ocf::running_promoted;
}

void announce(World& w, Placement& p, Operation& op) {
    op.before = p.state;
    op.might_run = p.may_run;
    const std::string cause = "because of: " + w.transition->row.cause;
    if (op.row.operation == "start") {
        p.may_run = true;
        change(w, p, ServiceState::starting, cause);
    }
    if (op.row.operation == "stop") change(w, p, ServiceState::stopping, cause);
}

void absorb(World& w, const Operation& op, const OperationResult& result) {
    const bool ended = result.outcome == Kind::done || result.outcome == Kind::timed_out;
    const bool expected = result.outcome == Kind::done && result.rc == op.target_rc;
    auto& executor = w.transition->executor;
    expected ? executor.confirm(op.action) : executor.fail(op.action);
    if (!ended) return absorb_nothing(w, op, result);
    place_of(w, op).checked = w.now.wall;
    record(w, op, result);
    if (!expected) w.evidence = evidence_of(is_probe(op) ? "probe" : op.row.operation, result);
    judge(w, op, result, expected);
    w.evidence.clear();
    if (expected) return;
    const std::string title = title_of(w, place_of(w, op));
    if (is_probe(op) && result.outcome == Kind::done && is_running(result.rc))
        return interrupt(w, title + ": a probe found it running");
    w.transition->failed = true;
    interrupt(w, title + ": " + words_of(is_probe(op) ? "probe" : op.row.operation, result));
}

void absorb(World& w, Placement& p, const Watch& watch, const OperationResult& result) {
    p.checked = w.now.wall;
    const bool timed_out = result.outcome == Kind::timed_out;
    const int rc = shown_rc(result, false);
    const bool well = !timed_out && rc == watch.target_rc;
    // A failure is news while it ran; health is news while it had failed and nothing is done yet.
    if (p.state != (well ? ServiceState::failed : ServiceState::running)) return;
    w.home_of(p).history.monitor_changed(p.service, watch.interval, rc, timed_out, w.now.wall);
    const std::string what = well ? "its monitor goes well again" : words_of("monitor", result);
    if (!well) w.evidence = evidence_of("monitor", result);
    if (well)
        change(w, p, ServiceState::running, what);
    else
        monitor_failed(w, p, what, First::no);
    w.evidence.clear();
    interrupt(w, title_of(w, p) + ": " + what);
}

}  // namespace cpe::deployment
