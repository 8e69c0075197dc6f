#include "engines/deployment/results.hpp"

#include "engines/deployment/changes.hpp"
#include "engines/deployment/failures.hpp"
#include "engines/deployment/ticks.hpp"
#include "engines/deployment/watches.hpp"

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
                                             "not running"};
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

void record(World& w, const Operation& op, const OperationResult& result) {
    ServiceUnit& s = w.services[op.service];
    const bool timed_out = result.outcome == Kind::timed_out;
    Outcome outcome{op.row.operation, op.interval,       timed_out ? ocf::unknown_error : result.rc,
                    op.target_rc,     timed_out,         w.now.wall,
                    op.digest,        op.row.transition, op.action};
    // What runs was started with the parameters of its start, not with those of the probe.
    if (is_probe(op) && !timed_out && result.rc == ocf::ok && !s.start_digest.empty())
        outcome.digest = s.start_digest;
    w.home_of(s).history.record(op.service, outcome);
}

void started(World& w, ServiceUnit& s, const Operation& op) {
    s.remember = s.remember || s.start_digest != std::string_view(op.digest);
    s.start_digest = op.digest;
    s.backoff.runs(w.now.mono);
    change(w, s, ServiceState::running, "started");
}

void stopped(World& w, ServiceUnit& s) {
    s.may_run = false;
    s.backoff.ended(w.now.mono);
    s.remember = true;
    forget_watches(w, s);
    if (!s.hard) change(w, s, ServiceState::stopped, "stopped");
}

void probed(World& w, const Operation& op, const OperationResult& result) {
    ServiceUnit& s = w.services[op.service];
    if (result.outcome == Kind::done && result.rc == ocf::ok) {
        s.backoff.runs(w.now.mono);
        if (std::exchange(s.hard, false)) s.remember = true;  // somebody made it run
        change(w, s, ServiceState::running, "a probe found it running");
        return;
    }
    if (result.outcome == Kind::done && result.rc == ocf::not_running) {
        s.may_run = false;
        if (!s.hard) change(w, s, ServiceState::stopped, "a probe found it not running");
        return;
    }
    start_failed(w, s, result, words_of("probe", result));
}

void watched(World& w, const Operation& op, const OperationResult& result, bool expected) {
    ServiceUnit& s = w.services[op.service];
    add_watch(w, s, {op.interval, op.timeout, Text(op.digest, &w.arena), op.id});
    if (expected) return change(w, s, ServiceState::running, "its monitor goes well");
    // The first result of a monitor since a start: it did not really start.
    monitor_failed(w, s, words_of("monitor", result), First::yes);
}

void judge(World& w, const Operation& op, const OperationResult& result, bool expected) {
    ServiceUnit& s = w.services[op.service];
    const std::string& operation = op.row.operation;
    if (operation == "monitor" && is_probe(op)) return probed(w, op, result);
    if (operation == "monitor") return watched(w, op, result, expected);
    if (operation == "start" && expected) return started(w, s, op);
    if (operation == "start") return start_failed(w, s, result, words_of("start", result));
    if (operation == "stop" && expected) return stopped(w, s);
    if (operation == "stop") return stop_failed(w, s, words_of("stop", result));
}

/// Nothing came of it: it never began, or nobody knows.
void absorb_nothing(World& w, const Operation& op, const OperationResult& result) {
    ServiceUnit& s = w.services[op.service];
    const std::string what = op.row.operation + " of " + title_of(w, s);
    if (result.outcome == Kind::cancelled) return interrupt(w, what + " was cancelled");
    s.may_run = true;
    w.home_of(s).history.forget(op.service);
    interrupt(w, what + " was lost: " + result.exit_reason);
}

}  // namespace

bool is_probe(const Operation& op) {
    return op.row.operation == "monitor" && op.interval == Millis{0};
}

void announce(World& w, ServiceUnit& s, const Operation& op) {
    const std::string cause = "because of: " + w.transition->row.cause;
    if (op.row.operation == "start") {
        s.may_run = true;
        change(w, s, ServiceState::starting, cause);
    }
    if (op.row.operation == "stop" && !s.hard) change(w, s, ServiceState::stopping, cause);
}

void absorb(World& w, const Operation& op, const OperationResult& result) {
    const bool ended = result.outcome == Kind::done || result.outcome == Kind::timed_out;
    const bool expected = result.outcome == Kind::done && result.rc == op.target_rc;
    auto& executor = w.transition->executor;
    expected ? executor.confirm(op.action) : executor.fail(op.action);
    if (!ended) return absorb_nothing(w, op, result);
    w.services[op.service].checked = w.now.wall;
    record(w, op, result);
    judge(w, op, result, expected);
    if (expected) return;
    const std::string title = title_of(w, w.services[op.service]);
    if (is_probe(op) && result.outcome == Kind::done && result.rc == ocf::ok)
        return interrupt(w, title + ": a probe found it running");
    w.transition->failed = true;
    interrupt(w, title + ": " + words_of(is_probe(op) ? "probe" : op.row.operation, result));
}

void absorb(World& w, ServiceUnit& s, const Watch& watch, const OperationResult& result) {
    s.checked = w.now.wall;
    const bool timed_out = result.outcome == Kind::timed_out;
    const int rc = timed_out ? ocf::unknown_error : result.rc;
    const bool well = !timed_out && rc == ocf::ok;
    // A failure is news while it ran; health is news while it had failed and nothing is done yet.
    if (s.state != (well ? ServiceState::failed : ServiceState::running)) return;
    w.home_of(s).history.monitor_changed(w.index_of(s), watch.interval, rc, timed_out, w.now.wall);
    const std::string what = well ? "its monitor goes well again" : words_of("monitor", result);
    if (well)
        change(w, s, ServiceState::running, what);
    else
        monitor_failed(w, s, what, First::no);
    interrupt(w, title_of(w, s) + ": " + what);
}

}  // namespace cpe::deployment
