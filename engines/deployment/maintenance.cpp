#include "engines/deployment/maintenance.hpp"

#include "engines/deployment/changes.hpp"
#include "engines/deployment/failures.hpp"
#include "engines/deployment/hand.hpp"
#include "engines/deployment/leftovers.hpp"
#include "engines/deployment/membership.hpp"
#include "engines/deployment/overhaul.hpp"
#include "engines/deployment/restraint.hpp"
#include "engines/deployment/ticks.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <utility>

namespace cpe::deployment {
namespace {

namespace json = boost::json;

constexpr std::string_view maintenance_key = "maintenance";

std::string advice(const World& w, const std::string& assembly) {
    return "cpe-ctl maintenance off " + w.key.name + (assembly.empty() ? "" : " " + assembly);
}

bool any_assembly(const World& w) {
    return std::any_of(w.assemblies.begin(), w.assemblies.end(),
                       [](const AssemblyUnit& a) { return a.maintenance; });
}

/// What a person did there is not known: hard failures and pauses are over, all is probed.
void look_again(World& w, AssemblyUnit& a) {
    w.each_placement(a, [&](Placement& p) { clear_failures(w, w.service_of(p)); });
    if (a.life.state() == Life::State::member) probe_anew(w, a);
}

void enter(World& w, AssemblyUnit& a, const std::string& why) {
    if (in_maintenance(w, a)) change(w, a, AssemblyState::maintenance, why);
}

void leave(World& w, AssemblyUnit& a, const std::string& why) {
    if (in_maintenance(w, a) || w.phase != Phase::up) return;
    look_again(w, a);
    change(w, a, state_of(a), why);
    go_on(w, a, why);
}

Result<AssemblyUnit*> target_of(World& w, const event::Operator& event) {
    AssemblyUnit* a = w.find_assembly(event.target);
    if (a && !is_over(*a)) return a;
    return Error{Errc::not_found, "there is no assembly '" + event.target + "'",
                 "deployable '" + w.key.name + "'", "cpe-ctl status shows them"};
}

/// The two switches are apart: turning off one that is not on would change nothing.
Result<> check_off(const World& w, const AssemblyUnit* a) {
    const bool whole = w.restraint.maintenance;
    if (a && !a->maintenance && whole)
        return Error{Errc::refused, "the whole deployable is in maintenance",
                     "assembly '" + std::string(a->model->name) + "'", advice(w, {})};
    if (a || whole || !any_assembly(w)) return {};
    const auto at = std::find_if(w.assemblies.begin(), w.assemblies.end(),
                                 [](const AssemblyUnit& each) { return each.maintenance; });
    return Error{Errc::refused, "single assemblies are in maintenance, not the whole deployable",
                 "deployable '" + w.key.name + "'", advice(w, std::string(at->model->name))};
}

void turn(World& w, AssemblyUnit* a, bool on, const std::string& why) {
    (a ? a->maintenance : w.restraint.maintenance) = on;
    w.restraint.remember_maintenance = true;
    w.status_changed = true;
    if (on) suspend_overhaul(w);
    for (AssemblyUnit& each : w.assemblies) {
        if ((a && a != &each) || is_over(each)) continue;
        on ? enter(w, each, why) : leave(w, each, why);
    }
    if (w.phase == Phase::up) interrupt(w, why);
}

}  // namespace

Result<> on_maintenance(World& w, const event::Operator& event) {
    const bool on = event.wish == Wish::maintenance_on;
    AssemblyUnit* a = nullptr;
    if (!event.target.empty()) {
        const auto found = target_of(w, event);
        if (!found) return found.error();
        a = *found;
    }
    if (!on)
        if (auto may = check_off(w, a); !may) return may;
    const std::string why = event.who + " asked for maintenance " + (on ? "on" : "off");
    tell_wish(w, event, {event.target, {}});
    if ((a ? a->maintenance : w.restraint.maintenance) != on) turn(w, a, on, why);
    return {};
}

Result<> check_restraint(const World& w, const event::Operator& event) {
    const std::string title = "deployable '" + w.key.name + "'";
    if (event.wish == Wish::start && w.phase != Phase::up && w.restraint.maintenance)
        return Error{Errc::refused, "it is in maintenance", title, advice(w, {})};
    if (event.wish != Wish::restart_assembly) return {};
    const auto at = w.assembly_by_name.find(event.target);
    if (at == w.assembly_by_name.end() || !is_restrained(w, w.assemblies[at->second])) return {};
    const AssemblyUnit& a = w.assemblies[at->second];
    if (!is_restrained(w) && !in_maintenance(w, a)) return {};  // a person's word is the newer one
    const std::string place = "assembly '" + event.target + "'";
    if (!in_maintenance(w, a))
        return Error{Errc::refused, "the brake is on", place,
                     "cpe-ctl deployable release " + w.key.name};
    return Error{Errc::refused, "it is in maintenance", place,
                 advice(w, a.maintenance ? event.target : "")};
}

AssemblyState state_of(const AssemblyUnit& a) {
    if (a.adopting) return AssemblyState::running;  // until proven otherwise
    switch (a.life.state()) {
        case Life::State::starting:
        case Life::State::booting:
        case Life::State::cooling: return AssemblyState::booting;
        case Life::State::member: return AssemblyState::running;
        case Life::State::fencing: return AssemblyState::fencing;
        case Life::State::unfenced: return AssemblyState::failed;
        default: return a.proven_down ? AssemblyState::stopped : AssemblyState::pending;
    }
}

void show_maintenance(World& w, const std::string& why) {
    for (AssemblyUnit& a : w.assemblies)
        if (!is_over(a) && (w.restraint.maintenance || a.maintenance))
            change(w, a, in_maintenance(w, a) ? AssemblyState::maintenance : state_of(a), why);
}

void tell_out_of_reach(World& w, const AssemblyUnit& a, const std::string& reason) {
    w.journal.tell("maintenance", {std::string(a.model->name), {}}, "out_of_reach",
                   reason + "; it is in maintenance and left alone");
}

void tell_in_reach(World& w, const AssemblyUnit& a, const std::string& how) {
    w.journal.tell("maintenance", {std::string(a.model->name), {}}, "in_reach", how);
}

void recall_maintenance(World& w, const std::vector<MemoryRecord>& records) {
    const auto row = std::find_if(records.begin(), records.end(), [](const MemoryRecord& record) {
        return record.key == maintenance_key;
    });
    if (row == records.end()) return;
    boost::system::error_code failed;
    const json::value parsed = json::parse(row->value, failed);
    // What cannot be read was set by somebody who is perhaps at work.
    w.restraint.maintenance = failed || !parsed.is_object();
    if (w.restraint.maintenance) return;
    const auto* whole = parsed.get_object().if_contains("deployable");
    w.restraint.maintenance = whole && whole->is_bool() && whole->get_bool();
    const auto* assemblies = parsed.get_object().if_contains("assemblies");
    if (!assemblies || !assemblies->is_array()) return;
    for (const json::value& name : assemblies->get_array())
        if (name.is_string())
            if (AssemblyUnit* a = w.find_assembly(std::string_view(name.get_string())))
                a->maintenance = true;
}

void remember_maintenance(World& w) {
    if (!std::exchange(w.restraint.remember_maintenance, false)) return;
    json::array assemblies;
    for (const AssemblyUnit& a : w.assemblies)
        if (a.maintenance) assemblies.emplace_back(std::string_view(a.model->name));
    std::string value;
    if (w.restraint.maintenance || !assemblies.empty())
        value = json::serialize(json::object{{"deployable", w.restraint.maintenance},
                                             {"assemblies", std::move(assemblies)}});
    w.journal.batch().memory.push_back({std::string(maintenance_key), std::move(value)});
}

}  // namespace cpe::deployment
