#include "engines/deployment/leftovers.hpp"

#include "engines/deployment/assembly_restart.hpp"
#include "engines/deployment/cib_input.hpp"
#include "engines/deployment/leftover_records.hpp"
#include "engines/deployment/membership.hpp"
#include "engines/deployment/operations.hpp"
#include "engines/deployment/overhaul.hpp"
#include "engines/deployment/rebuild.hpp"
#include "engines/deployment/restraint.hpp"
#include "engines/deployment/ticks.hpp"

#include <algorithm>
#include <utility>

namespace cpe::deployment {
namespace {

bool never_begun(const AssemblyUnit& a) {
    return a.state == AssemblyState::pending && a.life.state() == Life::State::off;
}

bool has_ended(const World& w, const Placement& p) {
    const AssemblyUnit& a = w.home_of(p);
    return !p.may_run || p.hard || a.proven_down || never_begun(a);
}

bool is_under_way(const World& w, const ServiceUnit& s) {
    if (!w.transition) return false;
    const auto& operations = w.transition->operations;
    return std::any_of(operations.begin(), operations.end(),
                       [&](const Operation& op) { return op.service == w.index_of(s); });
}

bool is_drained(const World& w, const AssemblyUnit& a) {
    if (has_operations(w, a)) return false;
    bool drained = true;
    w.each_placement(a, [&](const Placement& p) { drained = drained && has_ended(w, p); });
    return drained;
}

bool release_drained(World& w) {
    bool any = false;
    for (AssemblyUnit& a : w.assemblies) {
        if (!a.model->leaving || a.life.state() != Life::State::member) continue;
        if (is_restrained(w, a)) continue;
        if (!is_drained(w, a) && !has_stopped_what_it_can(w, a, errors_until_plain_stop)) continue;
        any = true;
        drive(w, a, Life::Input::release);
    }
    return any;
}

/// All at once when the last one has ended: a new model costs a translation.
bool take_out(World& w, const translate::Stylesheet& stylesheet) {
    if (w.transition || w.ticks.asked || has_leftovers(w)) return false;
    const bool any = std::any_of(w.services.begin(), w.services.end(),
                                 [](const auto& s) { return s.model->retired; }) ||
                     std::any_of(w.assemblies.begin(), w.assemblies.end(),
                                 [](const auto& a) { return a.model->leaving; });
    if (!any) return false;
    auto model = deployable::without_finished(w.model, running_facts(w), w.arena);
    auto configuration = translate::Configuration::translate(model, stylesheet);
    if (!configuration) throw std::logic_error(configuration.error().line());
    forget_leftovers(w);
    rebuild(w, std::move(model), std::move(*configuration));
    w.touched = w.status_changed = true;
    return true;
}

}  // namespace

bool has_ended(const World& w, const ServiceUnit& s) {
    return !is_under_way(w, s) && std::all_of(s.placements.begin(), s.placements.end(),
                                              [&](const Placement& p) { return has_ended(w, p); });
}

bool has_ended(const AssemblyUnit& a) {
    return a.life.state() == Life::State::gone || never_begun(a);
}

bool is_over(const World& w, const ServiceUnit& s) {
    return s.model->retired && has_ended(w, s);
}

bool is_over(const AssemblyUnit& a) {
    return a.model->leaving && has_ended(a);
}

bool has_leftovers(const World& w) {
    return std::any_of(
               w.services.begin(), w.services.end(),
               [&](const ServiceUnit& s) { return s.model->retired && !has_ended(w, s); }) ||
           std::any_of(w.assemblies.begin(), w.assemblies.end(),
                       [](const AssemblyUnit& a) { return a.model->leaving && !has_ended(a); });
}

deployable::Running running_facts(const World& w) {
    return {.is_stopped =
                [&w](const Service& service) {
                    const auto at = w.service_by_resource.find(service.resource);
                    return at == w.service_by_resource.end() ||
                           has_ended(w, w.services[at->second]);
                },
            .is_gone =
                [&w](const Assembly& assembly) {
                    const auto at = w.assembly_by_name.find(assembly.name);
                    return at == w.assembly_by_name.end() || has_ended(w.assemblies[at->second]);
                },
            .resolve = [&w](const Reference& reference) { return resolve(w, reference); },
            .provider_of =
                [&w](const Assembly& assembly) {
                    return provider_of(w, w.assemblies[w.assembly_by_name.at(assembly.name)]);
                },
            .default_provider = w.settings.default_provider,
            .relocated_to = w.ladder.provider};
}

bool clear_leftovers(World& w, const translate::Stylesheet& stylesheet) {
    if (w.phase == Phase::up && release_drained(w)) return true;
    return w.phase != Phase::gone && take_out(w, stylesheet);
}

void resume_leaving(World& w, AssemblyUnit& a) {
    if (a.state == AssemblyState::stopped) return drive(w, a, Life::Input::wish);
    const bool ran = a.state == AssemblyState::running || a.state == AssemblyState::maintenance;
    if (!ran || a.unclean) return drive(w, a, Life::Input::failed);
    a.channel_open = true;
    w.journal.act(effect::OpenChannel{std::string(a.model->name), a.instance.address});
    await_rejoin(w, a);
}

}  // namespace cpe::deployment
