#include "src/cpe-ctl/simulate/carry_out.hpp"

#include "engines/deployment/executor.hpp"

#include <deque>
#include <memory_resource>
#include <set>
#include <unordered_map>

namespace cpe::ctl {
namespace {

/// The executor has its own copy of the graph.
std::unordered_map<int, const GraphAction*> actions_of(const TransitionGraph& graph) {
    std::unordered_map<int, const GraphAction*> actions;
    for (const auto& synapse : graph.synapses)
        for (const auto& action : synapse.actions) actions.emplace(action.id, &action);
    return actions;
}

}  // namespace

CarriedOut carry_out(const TransitionGraph& graph) {
    std::pmr::monotonic_buffer_resource scratch;
    deployment::Executor executor(graph, scratch);
    auto left = actions_of(graph);
    CarriedOut done;
    std::deque<int> in_flight;
    for (;;) {
        while (const auto* next = executor.next()) {
            const auto own = left.extract(next->id);
            if (!own.empty()) done.actions.push_back(own.mapped());
            if (next->kind == GraphAction::Kind::pseudo)
                executor.confirm(next->id);
            else
                in_flight.push_back(next->id);
        }
        if (in_flight.empty()) break;
        executor.confirm(in_flight.front());
        in_flight.pop_front();
    }
    for (const auto& synapse : graph.synapses)
        for (const auto& action : synapse.actions)
            if (left.contains(action.id)) done.stuck.push_back(&action);
    return done;
}

}  // namespace cpe::ctl
