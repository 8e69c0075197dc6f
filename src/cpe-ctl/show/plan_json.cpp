#include "src/cpe-ctl/show/plan.hpp"
#include "src/cpe-ctl/text/clean.hpp"

#include <boost/json.hpp>

namespace cpe::ctl {
namespace {

namespace json = boost::json;

json::value text_or_null(const std::string& text) {
    return text.empty() ? json::value(nullptr) : json::value(json::string{utf8(text)});
}

json::object of_action(const GraphAction& action) {
    return {{"kind", kind_of(action)},
            {"resource", text_or_null(action.resource)},
            {"operation", json::string{utf8(action.operation)}},
            {"interval_ms", action.interval.count()},
            {"node", text_or_null(action.node)}};
}

}  // namespace

const char* kind_of(const GraphAction& action) {
    switch (action.kind) {
        case GraphAction::Kind::rsc: return "rsc";
        case GraphAction::Kind::fence: return "fence";
        // Bookkeeping of the cluster's own: no agent and no provider is asked.
        case GraphAction::Kind::crm:
        case GraphAction::Kind::pseudo: return "pseudo";
    }
    return "pseudo";
}

std::string plan_json(const Simulation& simulation, bool executed) {
    json::array actions, transitions;
    for (const auto& round : simulation.rounds) {
        for (const auto& action : round.actions) actions.push_back(of_action(action));
        transitions.push_back(json::value(round.actions.size()));
    }
    json::object told{{"actions", std::move(actions)}};
    if (executed) {
        told["transitions"] = std::move(transitions);
        told["at_rest"] = simulation.at_rest;
    }
    return json::serialize(told) + "\n";
}

}  // namespace cpe::ctl
