#include "engines/deployment/reload.hpp"

#include "engines/deployable/changes.hpp"
#include "engines/deployable/diff.hpp"
#include "engines/deployment/cib_input.hpp"
#include "engines/deployment/failures.hpp"
#include "engines/deployment/give_up.hpp"
#include "engines/deployment/leftover_records.hpp"
#include "engines/deployment/leftovers.hpp"
#include "engines/deployment/membership.hpp"
#include "engines/deployment/rebuild.hpp"
#include "engines/deployment/ticks.hpp"

#include <boost/json.hpp>

#include <new>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cpe::deployment {
namespace {

using deployable::Difference;
using ByResource = std::unordered_map<std::string_view, const Service*>;

/// Of one kind, in an event's detail.
constexpr std::size_t most_detailed = 200;

struct Next {
    Deployable model;
    translate::Configuration configuration;
};

/// All that can be refused. Changes nothing of the world; what it makes lives in `memory`.
Result<Next> prepare(const World& w, Deployable fresh, const translate::Stylesheet& stylesheet,
                     std::pmr::memory_resource& memory) {
    try {
        auto model = deployable::merge(w.model, std::move(fresh), running_facts(w),
                                       w.settings.limits, memory);
        if (!model) return model.error();
        auto configuration = translate::Configuration::translate(*model, stylesheet);
        if (!configuration) return configuration.error();
        return Next{std::move(*model), std::move(*configuration)};
    } catch (const std::bad_alloc& full) {
        return Error{Errc::too_large, full.what(), "deployable '" + w.key.name + "'",
                     "both versions are in memory for a moment: raise the limit, or change less "
                     "at once"};
    }
}

std::string detail_of(const std::vector<Difference>& differences) {
    boost::json::array removed, added;
    boost::json::object changed;
    for (const Difference& difference : differences) {
        if (difference.kind == Difference::Kind::changed) {
            if (changed.size() < most_detailed)
                changed[difference.what] = boost::json::value_from(difference.how);
            continue;
        }
        auto& list = difference.kind == Difference::Kind::removed ? removed : added;
        if (list.size() < most_detailed) list.emplace_back(difference.what);
    }
    return boost::json::serialize(boost::json::object{{"removed", std::move(removed)},
                                                      {"added", std::move(added)},
                                                      {"changed", std::move(changed)}});
}

ByResource services_of(const Deployable& model) {
    ByResource services;
    for (const Assembly& assembly : model.assemblies)
        for (const Service& service : assembly.services)
            services.emplace(service.resource, &service);
    for (const Service& service : model.services) services.emplace(service.resource, &service);
    return services;
}

/// What runs is known by what it was started with, also when its model says otherwise from now on.
void keep_what_changes(World& w, const Deployable& next) {
    const ByResource services = services_of(next);
    for (ServiceUnit& s : w.services) {
        const auto at = services.find(s.model->resource);
        if (at == services.end()) continue;
        const bool same_agent = deployable::same_agent(*s.model, *at->second);
        if (same_agent && deployable::same_parameters(*s.model, *at->second)) continue;
        keep_what_runs(w, s);
        if (same_agent) continue;
        // Where it does not run, what another agent said of it means nothing.
        for (const Placement& p : s.placements)
            if (!p.ran_with) w.home_of(p).history.forget(p.service);
    }
}

Life::Goal goal_of(const World& w, const AssemblyUnit& a) {
    if (a.model->leaving || w.phase == Phase::clearing) return Life::Goal::gone;
    return w.phase == Phase::up ? Life::Goal::up : Life::Goal::down;
}

/// Of what is new, leaves, or comes back before it has left.
void set_goal(World& w, AssemblyUnit& a) {
    const Life::Goal goal = goal_of(w, a);
    if (goal == a.life.goal()) return;
    if (a.life.goal() == Life::Goal::gone) a.cleared = false;
    a.restart_by.clear();
    a.remember = true;
    aim(w, a, goal);
}

void take_effect(World& w, event::Reload& e, Next next,
                 const std::vector<Difference>& differences) {
    w.why = e.who + " reloaded the document";
    w.journal.tell("operator", {}, "reload", e.who + " asked for reload");
    w.journal.tell("configuration_change", {}, "reloaded",
                   "by " + e.who + ": " + deployable::summary(differences), detail_of(differences));
    w.journal.batch().document = std::move(e.document);
    interrupt(w, w.why);
    keep_what_changes(w, next.model);
    forget_leftovers(w);
    rebuild(w, std::move(next.model), std::move(next.configuration));
    remember_leftovers(w);
    for (ServiceUnit& s : w.services) drop_what_is_same(w, s);
    clear_hard_failures(w);
    try_again(w, w.why);
    for (AssemblyUnit& a : w.assemblies) set_goal(w, a);
    w.status_changed = true;
}

}  // namespace

Result<std::string> reload_cib(const World& w, Deployable fresh,
                               const translate::Stylesheet& stylesheet,
                               std::pmr::memory_resource& memory) {
    const auto next = prepare(w, std::move(fresh), stylesheet, memory);
    if (!next) return next.error();
    return make_cib(w, next->model, next->configuration);
}

void on_reload(World& w, event::Reload& e, const translate::Stylesheet& stylesheet) {
    if (w.deleting) {
        w.journal.act(effect::Reply{
            e.token,
            Error{Errc::refused, "it is being deleted", "deployable '" + w.key.name + "'", {}}});
        return;
    }
    const auto differences = deployable::differences(w.model, *e.model);
    auto next = prepare(w, std::move(*e.model), stylesheet, w.arena);
    if (!next) {
        w.journal.act(effect::Reply{e.token, next.error()});
        return;
    }
    take_effect(w, e, std::move(*next), differences);
    w.journal.act(effect::Reply{e.token, {}});
}

}  // namespace cpe::deployment
