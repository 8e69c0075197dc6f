#include "engines/deployment/failures.hpp"

#include "engines/deployment/changes.hpp"
#include "engines/deployment/membership.hpp"
#include "engines/deployment/restraint.hpp"

#include <cpe/operation.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <utility>

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

void escalate(World& w, Placement& p, const std::string& what, boost::json::object detail) {
    AssemblyUnit& a = w.home_of(p);
    if (in_maintenance(w, a)) return;
    detail["rung"] = "assembly";
    const std::string reason = "service " + title_of(w, p) + ": " + what;
    w.journal.tell("escalation",
                   {std::string(a.model->name), std::string(w.service_of(p).model->name)},
                   "assembly", reason, boost::json::serialize(detail));
    lose(w, a, reason, Counted::told);
}

/// Counts one failure of the service. True when it went a rung up.
bool count(World& w, Placement& p, const std::string& what) {
    if (w.phase != Phase::up) return false;  // it is being stopped anyway
    if (is_restrained(w, w.home_of(p))) return false;
    ServiceUnit& s = w.service_of(p);
    const auto verdict = s.window.add(w.now.wall);
    s.remember = true;
    w.status_changed = true;
    if (!verdict.escalates) return false;
    escalate(w, p,
             what + "; " + std::to_string(verdict.failures) + " failures within " +
                 std::to_string(w.now.wall.ms - verdict.first.ms) + " ms",
             {{"failures", verdict.failures},
              {"first_at", verdict.first.ms},
              {"last_at", w.now.wall.ms},
              {"period_ms", s.model->escalation.period->count()}});
    return true;
}

/// Its next start has to wait: longer each time.
void hold(World& w, Placement& p) {
    ServiceUnit& s = w.service_of(p);
    const Millis pause = s.backoff.failed(w.now.mono);
    s.remember = true;
    if (pause == Millis{0}) return;
    p.held = true;
    s.held_until = w.now.mono + pause;
    w.timers.set(hold_timer(w, s), *s.held_until);
    w.journal.tell("backoff", {std::string(w.home_of(p).model->name), std::string(s.model->name)},
                   {}, "the next start waits " + std::to_string(pause.count() / 1000) + " s");
}

/// Is there a place left where it could be tried?
bool has_place(const ServiceUnit& s) {
    return std::any_of(s.placements.begin(), s.placements.end(),
                       [](const Placement& p) { return !p.hard; });
}

/// Trying again here changes nothing. A service that floats may run elsewhere: the scheduler shuns
/// this place by its history.
void failed_hard(World& w, Placement& p, int rc, const std::string& what) {
    ServiceUnit& s = w.service_of(p);
    p.hard = true;
    s.remember = true;
    if (s.floats() && rc != ocf::not_configured && has_place(s))
        return change(w, p, ServiceState::failed, what + "; it is not tried here again");
    s.hard = true;
    change_everywhere(w, s, ServiceState::unrecoverable,
                      what + "; it is not tried again until an operator starts it");
}

}  // namespace

void start_failed(World& w, Placement& p, const OperationResult& result, const std::string& what) {
    if (is_hard(result)) return failed_hard(w, p, result.rc, what);
    const bool known = p.state == ServiceState::failed;  // a probe found it as it was left
    change(w, p, ServiceState::failed, what);
    if (w.service_of(p).hard) return;  // that it does not run is known, and waits for a person
    hold(w, p);
    if (!known) count(w, p, what);
}

void monitor_failed(World& w, Placement& p, const std::string& what, First first) {
    if (w.service_of(p).hard || p.state == ServiceState::failed) return;  // that is known
    change(w, p, ServiceState::failed, what);
    if (first == First::yes) hold(w, p);
    count(w, p, what);
}

void stop_failed(World& w, Placement& p, const std::string& what) {
    change(w, p, ServiceState::failed, what);
    escalate(w, p, what, {{"operation", "stop"}});
    w.home_of(p).stuck = true;
}

void end_hold(ServiceUnit& s) {
    s.held_until.reset();
    s.remember = true;
    for (Placement& p : s.placements) p.held = false;
}

bool clear_hard_failures(World& w) {
    bool any = false;
    for (ServiceUnit& s : w.services) any |= clear_failures(w, s);
    return any;
}

bool clear_failures(World& w, ServiceUnit& s) {
    const bool hard = std::any_of(s.placements.begin(), s.placements.end(),
                                  [](const Placement& p) { return p.hard; });
    if (!s.hard && !hard && !s.held_until) return false;
    end_hold(s);
    s.backoff.reset();
    s.remember = true;
    w.timers.clear(hold_timer(w, s));
    if (!s.hard && !hard) return true;
    s.hard = false;
    for (Placement& p : s.placements) {
        const bool shunned = std::exchange(p.hard, false);
        // Probed anew: the scheduler never starts again what its history calls a hard failure.
        if (shunned) w.home_of(p).history.forget(p.service);
        if (shunned || p.state == ServiceState::unrecoverable)
            p.state = p.may_run ? ServiceState::unknown : ServiceState::stopped;
    }
    review(w, s, "an operator wants it tried again");
    return true;
}

}  // namespace cpe::deployment
