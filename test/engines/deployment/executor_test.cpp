// Which actions may begin: inputs, priorities, the batch limit, failure.
#include "engines/deployment/executor.hpp"

#include <catch2/catch.hpp>

using namespace cpe;
using cpe::deployment::Executor;

namespace {

GraphAction action(int id, GraphAction::Kind kind = GraphAction::Kind::rsc) {
    GraphAction made;
    made.id = id;
    made.kind = kind;
    return made;
}

Synapse synapse(int id, int priority, std::vector<GraphAction> actions, std::vector<int> inputs) {
    return {id, priority, std::move(actions), std::move(inputs)};
}

std::vector<int> begin_all(Executor& executor) {
    std::vector<int> ids;
    while (const auto* next = executor.next()) ids.push_back(next->id);
    return ids;
}

Executor executor_of(std::vector<Synapse> synapses, int batch_limit = 0) {
    TransitionGraph graph;
    graph.batch_limit = batch_limit;
    graph.synapses = std::move(synapses);
    return {std::move(graph), *std::pmr::get_default_resource()};
}

}  // namespace

TEST_CASE("a synapse fires once all its inputs are confirmed") {
    auto e = executor_of({synapse(0, 0, {action(1)}, {}), synapse(1, 0, {action(2)}, {}),
                          synapse(2, 0, {action(3), action(4)}, {1, 2})});
    CHECK(begin_all(e) == std::vector<int>{1, 2});
    e.confirm(1);
    CHECK(begin_all(e).empty());
    e.confirm(2);
    CHECK(begin_all(e) == std::vector<int>{3, 4});
    CHECK_FALSE(e.at_rest());
    e.confirm(3);
    e.confirm(4);
    CHECK(e.complete());
    CHECK(e.at_rest());
}

TEST_CASE("higher priority first, then the graph's order") {
    auto e = executor_of({synapse(0, 0, {action(1)}, {}), synapse(1, 9, {action(2)}, {}),
                          synapse(2, 0, {action(3)}, {})});
    CHECK(begin_all(e) == std::vector<int>{2, 1, 3});
}

TEST_CASE("no more than the batch limit are in flight, pseudo actions do not count for it") {
    auto e = executor_of(
        {synapse(0, 0, {action(1)}, {}), synapse(1, 5, {action(2, GraphAction::Kind::pseudo)}, {}),
         synapse(2, 0, {action(3)}, {})},
        1);
    REQUIRE(e.next()->id == 2);
    e.confirm(2);
    CHECK(begin_all(e) == std::vector<int>{1});
    e.confirm(1);
    CHECK(begin_all(e) == std::vector<int>{3});
}

TEST_CASE("after a failure nothing new begins, and what is in flight is awaited") {
    auto e = executor_of({synapse(0, 0, {action(1)}, {}), synapse(1, 0, {action(2)}, {}),
                          synapse(2, 0, {action(3)}, {1})});
    begin_all(e);
    e.fail(2);
    e.confirm(1);
    CHECK(begin_all(e).empty());
    CHECK(e.at_rest());
    CHECK_FALSE(e.complete());
}

TEST_CASE("a cycle or a missing input comes to rest incomplete") {
    auto cycle = executor_of({synapse(0, 0, {action(1)}, {2}), synapse(1, 0, {action(2)}, {1})});
    auto missing = executor_of({synapse(0, 0, {action(1)}, {99})});
    for (Executor* e : {&cycle, &missing}) {
        CHECK(begin_all(*e).empty());
        CHECK(e->at_rest());
        CHECK_FALSE(e->complete());
    }
}

TEST_CASE("an input named twice is waited for once, answers to what is not in flight are ignored") {
    auto e = executor_of({synapse(0, 0, {action(1)}, {}), synapse(1, 0, {action(2)}, {1, 1})});
    e.confirm(2);
    e.confirm(77);
    begin_all(e);
    e.confirm(1);
    e.confirm(1);
    CHECK(begin_all(e) == std::vector<int>{2});
    CHECK(e.in_flight() == 1);
}
