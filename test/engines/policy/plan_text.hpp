// A transition graph as text that a person can review: one line an action, what it waits for
// behind "<-".
#pragma once

#include <cpe/transition_graph.hpp>

#include <map>
#include <string>

namespace cpe::test {

inline std::string label_of(const GraphAction& action) {
    std::string label = action.operation;
    if (action.interval.count() > 0) label += "/" + std::to_string(action.interval.count()) + "ms";
    if (!action.resource.empty()) label += " " + action.resource;
    if (!action.node.empty()) label += " on " + action.node;
    return label;
}

inline std::string kind_name(GraphAction::Kind kind) {
    switch (kind) {
        case GraphAction::Kind::rsc: return "rsc";
        case GraphAction::Kind::pseudo: return "pseudo";
        case GraphAction::Kind::fence: return "fence";
        case GraphAction::Kind::crm: return "crm";
    }
    return "?";
}

inline std::string plan_text(const TransitionGraph& graph) {
    std::map<int, std::string> labels;
    for (const auto& synapse : graph.synapses)
        for (const auto& action : synapse.actions) labels[action.id] = label_of(action);
    std::map<std::string, int> lines;  // in an order that does not depend on ids
    for (const auto& synapse : graph.synapses) {
        std::map<std::string, int> inputs;
        for (const int id : synapse.inputs) ++inputs[labels[id]];
        std::string after;
        for (const auto& [label, count] : inputs) after += (after.empty() ? " <- " : ", ") + label;
        for (const auto& action : synapse.actions) {
            std::string line = kind_name(action.kind) + " " + label_of(action);
            if (action.target_rc_given) line += " expects " + std::to_string(action.target_rc);
            if (!action.digest.empty()) line += " digest " + action.digest;
            ++lines[line + after];
        }
    }
    std::string text;
    for (const auto& [line, count] : lines) text += line + "\n";
    return text.empty() ? "nothing\n" : text;
}

}  // namespace cpe::test
