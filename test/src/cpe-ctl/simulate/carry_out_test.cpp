// In which order a transition is carried out when everything succeeds.
#include "src/cpe-ctl/simulate/carry_out.hpp"

#include <catch2/catch.hpp>

using namespace cpe;
using namespace cpe::ctl;

namespace {

Synapse synapse(int id, std::vector<int> inputs, GraphAction::Kind kind = GraphAction::Kind::rsc,
                int priority = 0) {
    Synapse made{id, priority, {GraphAction{}}, std::move(inputs)};
    made.actions.front().id = id;
    made.actions.front().kind = kind;
    return made;
}

std::vector<int> ids(const std::vector<const GraphAction*>& actions) {
    std::vector<int> all;
    for (const auto* action : actions) all.push_back(action->id);
    return all;
}

}  // namespace

TEST_CASE("all that may begin has begun before the first result, and results come in that order") {
    TransitionGraph graph;
    graph.synapses = {synapse(1, {}), synapse(2, {}), synapse(3, {2}), synapse(4, {1}),
                      synapse(5, {3, 4})};
    const auto done = carry_out(graph);
    CHECK(ids(done.actions) == std::vector<int>{1, 2, 4, 3, 5});
    CHECK(done.stuck.empty());
    CHECK(done.actions.front() == &graph.synapses.front().actions.front());
}

TEST_CASE("what follows a pseudo event does not wait for what else is in flight") {
    TransitionGraph graph;
    graph.synapses = {synapse(1, {}), synapse(2, {}, GraphAction::Kind::pseudo), synapse(3, {2}),
                      synapse(4, {1})};
    CHECK(ids(carry_out(graph).actions) == std::vector<int>{1, 2, 3, 4});
}

TEST_CASE("priorities and the batch limit hold") {
    TransitionGraph graph;
    graph.batch_limit = 1;
    graph.synapses = {synapse(1, {}), synapse(2, {}, GraphAction::Kind::rsc, 9), synapse(3, {2})};
    CHECK(ids(carry_out(graph).actions) == std::vector<int>{2, 1, 3});
}

TEST_CASE("what waits for itself, or for what nobody does, is told and not begun") {
    TransitionGraph graph;
    graph.synapses = {synapse(1, {}), synapse(2, {3}), synapse(3, {2}), synapse(4, {99})};
    const auto done = carry_out(graph);
    CHECK(ids(done.actions) == std::vector<int>{1});
    CHECK(ids(done.stuck) == std::vector<int>{2, 3, 4});
}
