#include "engines/deployment/climb.hpp"

#include "engines/deployment/give_up.hpp"
#include "engines/deployment/overhaul.hpp"
#include "engines/deployment/restraint.hpp"

#include <boost/json.hpp>

#include <utility>

namespace cpe::deployment {
namespace {

namespace json = boost::json;

/// So many boots in a row that came to nothing, and it is made anew.
constexpr int boots_until_rebuild = 2;

json::object detail_of(std::string_view rung, const FailureWindow& window,
                       const FailureWindow::Verdict& verdict, WallTime now) {
    json::object detail{{"rung", rung},
                        {"failures", verdict.failures},
                        {"first_at", verdict.first.ms},
                        {"last_at", now.ms}};
    if (window.limits().enabled()) detail["period_ms"] = window.limits().period->count();
    return detail;
}

/// "assembly db: no heartbeat for 6000 ms; 3 failures of the assembly within 20000 ms"
std::string words_of(std::string cause, std::string_view whose,
                     const FailureWindow::Verdict& verdict, WallTime now) {
    return cause.append("; ")
        .append(std::to_string(verdict.failures))
        .append(" failures of the ")
        .append(whose)
        .append(" within ")
        .append(std::to_string(now.ms - verdict.first.ms))
        .append(" ms");
}

/// The deployable's own failures are too many: elsewhere, if there is another place, or nothing.
void leave_or_give_up(World& w, AssemblyUnit& a, const std::string& cause, json::object detail) {
    const auto next = another_provider(w);
    if (!next) return give_up(w, a, cause, std::move(detail));
    const std::string from = provider_in_force(w);
    detail["rung"] = "relocate";
    detail["from"] = from;
    detail["to"] = *next;
    w.journal.tell("escalation", {}, "relocate",
                   cause + "; it moves from provider " + from + " to " + *next,
                   json::serialize(detail));
    w.ladder.next = *next;
    plan_overhaul(w, Overhaul::relocate);
}

/// All has run well for long enough: the ladder begins at its foot.
void forget_old_trouble(World& w) {
    auto& ladder = w.ladder;
    if (!ladder.well_since || (ladder.tried.empty() && ladder.given_up == 0)) return;
    if (w.now.mono - *ladder.well_since < ladder.window.limits().period.value_or(Millis{0})) return;
    ladder.tried.clear();
    ladder.given_up = 0;
    w.remember = true;
}

void deployable_failed(World& w, AssemblyUnit& a, const std::string& cause) {
    forget_old_trouble(w);
    auto& window = w.ladder.window;
    if (w.ladder.retry_at) return give_up(w, a, cause, {});  // it shares the others' pause
    const auto verdict = window.add(w.now.wall);
    w.remember = true;
    if (!verdict.escalates) return plan_overhaul(w, Overhaul::restart);
    leave_or_give_up(w, a, words_of(cause, "deployable", verdict, w.now.wall),
                     detail_of("relocate", window, verdict, w.now.wall));
}

}  // namespace

void assembly_failed(World& w, AssemblyUnit& a, const std::string& reason, Counted counted) {
    if (counted == Counted::no || w.phase != Phase::up || is_restrained(w, a)) return;
    if (w.ladder.overhaul != Overhaul::none || a.model->leaving) return;
    const auto verdict = a.window.add(w.now.wall);
    const std::string name(a.model->name);
    a.remember = true;
    if (counted == Counted::yes)
        w.journal.tell("escalation", {name, {}}, "assembly", reason,
                       json::serialize(detail_of("assembly", a.window, verdict, w.now.wall)));
    if (!verdict.escalates) return;
    const std::string cause =
        words_of("assembly " + name + ": " + reason, "assembly", verdict, w.now.wall);
    w.journal.tell("escalation", {name, {}}, "deployable", cause,
                   json::serialize(detail_of("deployable", a.window, verdict, w.now.wall)));
    deployable_failed(w, a, cause);
}

Counted did_not_come_back(World& w, AssemblyUnit& a, const std::string& reason) {
    if (w.phase != Phase::up) return Counted::no;
    ++a.boots_failed;
    a.remember = true;
    if (a.boots_failed < boots_until_rebuild || !a.model->rebuild) return Counted::yes;
    a.life.renew();
    w.journal.tell(
        "escalation", {std::string(a.model->name), {}}, "rebuild",
        reason + "; it is destroyed and created anew from its image",
        json::serialize(json::object{
            {"rung", "rebuild"}, {"failures", a.boots_failed}, {"last_at", w.now.wall.ms}}));
    return Counted::told;
}

void tell_absent(World& w, const AssemblyUnit& a) {
    w.journal.tell("escalation", {std::string(a.model->name), {}}, "rebuild",
                   "its instance does not exist any more; it is created anew",
                   json::serialize(json::object{{"rung", "rebuild"}, {"failures", 1}}));
}

void look_back(World& w, DeployableState state) {
    auto& since = w.ladder.well_since;
    if (state == DeployableState::running) {
        if (!since) since = w.now.mono;
        return;
    }
    forget_old_trouble(w);
    since.reset();
}

}  // namespace cpe::deployment
