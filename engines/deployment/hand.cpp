#include "engines/deployment/hand.hpp"

#include "engines/deployment/assembly_restart.hpp"
#include "engines/deployment/changes.hpp"
#include "engines/deployment/failures.hpp"
#include "engines/deployment/fences.hpp"
#include "engines/deployment/give_up.hpp"
#include "engines/deployment/host_keys.hpp"
#include "engines/deployment/leftovers.hpp"
#include "engines/deployment/maintenance.hpp"
#include "engines/deployment/ticks.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace cpe::deployment {
namespace {

std::string_view name_of(Wish wish) {
    constexpr std::string_view names[] = {"start",   "stop",  "delete",         "confirm-down",
                                          "restart", "retry", "maintenance on", "maintenance off",
                                          "trust"};
    return names[static_cast<int>(wish)];
}

std::string deployable(const World& w) {
    return "deployable '" + w.key.name + "'";
}

Error no_such_assembly(const World& w, const std::string& name) {
    std::string known;
    for (const AssemblyUnit& a : w.assemblies) {
        if (is_over(a)) continue;
        if (!known.empty()) known += ", ";
        known += a.model->name;
    }
    return {Errc::not_found, "there is no assembly '" + name + "'", deployable(w),
            "there are: " + known};
}

/// Why a person's word is not asked for.
std::string_view why_not_down(const AssemblyUnit& a) {
    switch (a.life.state()) {
        case Life::State::member: return "it answers";
        case Life::State::starting:
        case Life::State::booting: return "it is being started";
        case Life::State::fencing: return "its provider is being asked; wait for the answer";
        default: return "it is proven down already";
    }
}

bool may_be_confirmed(const AssemblyUnit& a) {
    const auto state = a.life.state();
    return state == Life::State::unfenced ||
           (state == Life::State::fencing && (a.retry.attempts() > 0 || a.awaits_silence));
}

Result<> confirm_down(World& w, AssemblyUnit& a, const event::Operator& event) {
    if (!may_be_confirmed(a))
        return Error{Errc::refused, std::string(why_not_down(a)), "assembly '" + event.target + "'",
                     "only an assembly that is lost, and cannot be fenced, is confirmed down"};
    tell_wish(w, event, {event.target, {}});
    person_confirmed(w, a, event.who);
    return {};
}

Result<> restart(World& w, AssemblyUnit& a, const event::Operator& event) {
    const std::string where = "assembly '" + event.target + "'";
    if (w.phase != Phase::up)
        return Error{Errc::refused, "its deployable is " + std::string(cpe::name_of(w.state)),
                     where, "cpe-ctl deployable start " + w.key.name};
    if (a.model->leaving)
        return Error{
            Errc::refused, "a reload took it out of the document, and it leaves", where, {}};
    if (a.awaits_person && a.refusal.empty())
        return Error{Errc::refused, "its provider cannot restart it, and it is lost", where,
                     "make sure that it is down, then: cpe-ctl assembly confirm-down " +
                         w.key.name + " " + event.target};
    tell_wish(w, event, {event.target, {}});
    restart_assembly(w, a, event.who);
    return {};
}

/// "web/httpd", "httpd" or "rsc_web_httpd".
bool is_meant(const World& w, const ServiceUnit& s, std::string_view target) {
    return target == s.model->name || target == s.model->resource || target == title_of(w, s);
}

Result<ServiceUnit*> the_service(World& w, const std::string& target) {
    std::vector<ServiceUnit*> meant;
    for (ServiceUnit& s : w.services)
        if (is_meant(w, s, target) && !is_over(w, s)) meant.push_back(&s);
    if (meant.size() == 1) return meant.front();
    if (meant.empty())
        return Error{Errc::not_found, "there is no service '" + target + "'", deployable(w),
                     "cpe-ctl status " + w.key.name + " shows them"};
    std::string candidates;
    for (const ServiceUnit* s : meant)
        candidates += (candidates.empty() ? "" : ", ") + title_of(w, *s);
    return Error{Errc::refused, "'" + target + "' is the name of several services", deployable(w),
                 "say which: " + candidates};
}

Result<> retry(World& w, const event::Operator& event) {
    const auto found = the_service(w, event.target);
    if (!found) return found.error();
    ServiceUnit& s = **found;
    const std::string where =
        s.floats() ? "" : std::string(w.home_of(s.placements.front()).model->name);
    const std::string why = event.who + " wants service " + title_of(w, s) + " tried again";
    tell_wish(w, event, {where, std::string(s.model->name)});
    clear_failures(w, s);
    s.backoff.reset();
    s.window.clear();
    s.remember = w.status_changed = true;
    for (const Placement& p : s.placements) {
        NodeHistory& history = w.home_of(p).history;
        history.forget_failures(p.service);
        // Without its failure the history would say that it runs: it is probed.
        if (p.state == ServiceState::failed) history.forget(p.service);
    }
    try_again(w, why);
    if (w.phase != Phase::up) return {};
    for (const Placement& p : s.placements) w.home_of(p).stuck = false;
    if (!s.floats()) end_pause(w, w.home_of(s.placements.front()));
    interrupt(w, why);
    return {};
}

}  // namespace

void tell_wish(World& w, const event::Operator& event, Journal::About about) {
    const std::string wish(name_of(event.wish));
    w.why = event.who + " asked for " + wish;
    w.journal.tell("operator", std::move(about), wish, w.why);
}

Result<> lend_hand(World& w, const event::Operator& event) {
    if (event.wish == Wish::retry_service) return retry(w, event);
    if (event.wish == Wish::maintenance_on || event.wish == Wish::maintenance_off)
        return on_maintenance(w, event);
    AssemblyUnit* a = w.find_assembly(event.target);
    if (!a || is_over(*a)) return no_such_assembly(w, event.target);
    if (event.wish == Wish::trust) return trust(w, *a, event);
    return event.wish == Wish::confirm_down ? confirm_down(w, *a, event) : restart(w, *a, event);
}

}  // namespace cpe::deployment
