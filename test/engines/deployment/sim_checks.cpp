// What must never happen in the small world.
#include "test/engines/deployment/sim.hpp"

#include "test/engines/deployment/render.hpp"

#include <algorithm>

namespace cpe::test {

namespace {

std::string key_of(const OperationRequest& request) {
    return request.operation + "_" + std::to_string(request.interval.count());
}

}  // namespace

void Sim::check_order(const effect::RunOperation& run) {
    for (const auto& [first, then] : orders_) {
        if (!is_there(first) || !is_there(then)) continue;
        if (run.request.operation == "start" && run.request.resource == then &&
            service(first) != ServiceState::running)
            violated(then + " is started before " + first + " runs");
        if (run.request.operation != "stop" || run.request.resource != first) continue;
        // What nobody could see since a restart of cped cannot be stopped first.
        if (homes_.contains(then) && !joined_.count(homes_.at(then))) continue;
        // What is in maintenance is not stopped for anything that is repaired elsewhere.
        if (homes_.contains(then) && maintained.count(homes_.at(then))) continue;
        const ServiceState state = service(then);
        if (state == ServiceState::running || state == ServiceState::starting ||
            state == ServiceState::stopping)
            violated(first + " is stopped before " + then);
    }
}

void Sim::check_restraint(const Effect& effect) {
    const auto state = status().state;
    if (state == DeployableState::stopping || state == DeployableState::stopped) return;
    const auto* command = std::get_if<effect::InstanceCommand>(&effect);
    const auto* run = std::get_if<effect::RunOperation>(&effect);
    if (!command && (!run || run->request.operation == "monitor")) return;
    const std::string& where = command ? command->assembly : run->assembly;
    if (braked || maintained.count("") || maintained.count(where))
        violated("hands off, but: " + render(effect));
}

void Sim::check(const Ready& ready) {
    if (retired && !ready.effects.empty() &&
        !std::holds_alternative<effect::Reply>(ready.effects.front()))
        violated("an effect after retiring: " + render(ready.effects.front()));
    for (const auto& effect : ready.effects) {
        check_restraint(effect);
        const auto* run = std::get_if<effect::RunOperation>(&effect);
        if (!run) continue;
        const auto& rows = ready.persist.actions;
        if (std::none_of(rows.begin(), rows.end(),
                         [&](const auto& row) { return row.id == run->request.id; }))
            violated("an operation without its row: " + key_of(run->request));
        check_order(*run);
    }
}

}  // namespace cpe::test
