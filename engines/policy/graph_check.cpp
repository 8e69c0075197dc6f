#include "engines/policy/graph.hpp"

#include <cstddef>
#include <unordered_map>
#include <vector>

namespace cpe::policy {
namespace {

/// Synapses by index: who waits for whom.
struct Waiting {
    std::vector<std::vector<std::size_t>> then;  ///< fire after this one
    std::vector<std::size_t> waits_for;          ///< how many it waits for still
};

Waiting waiting_in(const TransitionGraph& graph) {
    std::unordered_map<int, std::size_t> synapse_of;
    for (std::size_t i = 0; i < graph.synapses.size(); ++i)
        for (const auto& action : graph.synapses[i].actions) synapse_of.emplace(action.id, i);
    Waiting waiting{std::vector<std::vector<std::size_t>>(graph.synapses.size()),
                    std::vector<std::size_t>(graph.synapses.size())};
    for (std::size_t i = 0; i < graph.synapses.size(); ++i)
        for (const int input : graph.synapses[i].inputs)
            if (const auto first = synapse_of.find(input); first != synapse_of.end()) {
                waiting.then[first->second].push_back(i);
                ++waiting.waits_for[i];
            }
    return waiting;
}

std::string name_of(const Synapse& synapse) {
    return synapse.actions.empty() ? "synapse " + std::to_string(synapse.id)
                                   : synapse.actions.front().operation_key;
}

}  // namespace

Result<void> check_completable(const TransitionGraph& graph) {
    auto waiting = waiting_in(graph);
    std::vector<std::size_t> ready;
    for (std::size_t i = 0; i < graph.synapses.size(); ++i)
        if (waiting.waits_for[i] == 0) ready.push_back(i);
    std::size_t fired = 0;
    for (; fired < ready.size(); ++fired)
        for (const auto next : waiting.then[ready[fired]])
            if (--waiting.waits_for[next] == 0) ready.push_back(next);
    if (fired == graph.synapses.size()) return {};
    for (std::size_t i = 0; i < graph.synapses.size(); ++i)
        if (waiting.waits_for[i] > 0)
            return Error{Errc::invalid_input,
                         "the plan can never complete: actions wait for each "
                         "other in a circle",
                         name_of(graph.synapses[i]), "look at the order constraints"};
    return {};
}

}  // namespace cpe::policy
