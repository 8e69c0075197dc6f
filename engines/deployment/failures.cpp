#include "engines/deployment/failures.hpp"

#include "engines/deployment/changes.hpp"
#include "engines/deployment/membership.hpp"

#include <cpe/operation.hpp>

#include <boost/json.hpp>

namespace cpe::deployment {
namespace {

/// Results of a start that trying again cannot change (OCF Resource Agent API).
bool is_hard(const OperationResult& result) {
    return result.outcome == OperationResult::Outcome::done && result.rc >= ocf::invalid_param &&
           result.rc <= ocf::not_configured;
}

TimerId hold_timer(const World& w, const ServiceUnit& s) {
    return {TimerKind::hold, w.index_of(s)};
}

void escalate(World& w, ServiceUnit& s, const std::string& what, boost::json::object detail) {
    AssemblyUnit& a = w.home_of(s);
    detail["rung"] = "assembly";
    const std::string reason = "service " + title_of(w, s) + ": " + what;
    w.journal.tell("escalation", {std::string(a.model->name), std::string(s.model->name)},
                   "assembly", reason, boost::json::serialize(detail));
    lose(w, a, reason, Counted::yes);
}

/// Counts one failure of the service. True when it went a rung up.
bool count(World& w, ServiceUnit& s, const std::string& what) {
    if (w.phase != Phase::up) return false;  // it is being stopped anyway
    const auto verdict = s.window.add(w.now.wall);
    s.remember = true;
    w.status_changed = true;
    if (!verdict.escalates) return false;
    escalate(w, s,
             what + "; " + std::to_string(verdict.failures) + " failures within " +
                 std::to_string(w.now.wall.ms - verdict.first.ms) + " ms",
             {{"failures", verdict.failures},
              {"first_at", verdict.first.ms},
              {"last_at", w.now.wall.ms},
              {"period_ms", s.model->escalation.period->count()}});
    return true;
}

/// Its next start has to wait: longer each time.
void hold(World& w, ServiceUnit& s) {
    const Millis pause = s.backoff.failed(w.now.mono);
    s.remember = true;
    if (pause == Millis{0}) return;
    s.held_until = w.now.mono + pause;
    w.timers.set(hold_timer(w, s), *s.held_until);
    w.journal.tell("backoff", {std::string(w.home_of(s).model->name), std::string(s.model->name)},
                   {}, "the next start waits " + std::to_string(pause.count() / 1000) + " s");
}

}  // namespace

void start_failed(World& w, ServiceUnit& s, const OperationResult& result,
                  const std::string& what) {
    if (is_hard(result)) {
        s.hard = s.remember = true;
        return change(w, s, ServiceState::unrecoverable,
                      what + "; it is not tried again until an operator starts it");
    }
    change(w, s, ServiceState::failed, what);
    hold(w, s);
    count(w, s, what);
}

void monitor_failed(World& w, ServiceUnit& s, const std::string& what, First first) {
    if (s.hard || s.state == ServiceState::failed) return;  // that is known
    change(w, s, ServiceState::failed, what);
    if (first == First::yes) hold(w, s);
    count(w, s, what);
}

void stop_failed(World& w, ServiceUnit& s, const std::string& what) {
    if (!s.hard) change(w, s, ServiceState::failed, what);
    escalate(w, s, what, {{"operation", "stop"}});
}

bool clear_hard_failures(World& w) {
    bool any = false;
    for (ServiceUnit& s : w.services) {
        if (!s.hard && !s.held_until) continue;
        any = true;
        s.held_until.reset();
        s.backoff.reset();
        s.remember = true;
        w.timers.clear(hold_timer(w, s));
        if (!s.hard) continue;
        s.hard = false;
        // Probed anew: the scheduler never starts again what its history calls a hard failure.
        w.home_of(s).history.forget(w.index_of(s));
        change(w, s, s.may_run ? ServiceState::unknown : ServiceState::stopped,
               "an operator wants it tried again");
    }
    return any;
}

}  // namespace cpe::deployment
