// Transition after transition, with a scheduler that the test plays.
#include "src/cpe-ctl/simulate/rounds.hpp"

#include <catch2/catch.hpp>

#include <deque>

using namespace cpe;
using namespace cpe::ctl;

namespace {

constexpr const char* cib = "<cib><configuration/><status/></cib>";

GraphAction action(GraphAction::Kind kind, const std::string& operation) {
    GraphAction made;
    made.id = 1;
    made.kind = kind;
    made.operation = operation;
    made.operation_key = "web_" + operation + "_0";
    made.resource = "web";
    made.node = made.node_uuid = "n";
    return made;
}

policy::Simulated plan(std::vector<GraphAction> actions, std::vector<int> inputs = {}) {
    policy::Simulated made;
    made.cib = cib;
    made.graph_xml = "<graph of='" + (actions.empty() ? "" : actions.front().operation) + "'/>";
    made.now = WallTime{1'700'000'000'000};
    if (!actions.empty()) made.graph.synapses.push_back({1, 0, std::move(actions), inputs});
    return made;
}

policy::Simulated starts() {
    return plan({action(GraphAction::Kind::rsc, "start")});
}

/// Answers in turn, the last one for ever.
struct Scheduler {
    std::deque<Result<policy::Simulated>> answers;
    std::vector<policy::SimulationRequest> asked;

    Simulation run(bool execute) {
        policy::SimulationRequest request;
        request.cib = "given";
        request.now = "1700000000";
        return simulate(request, execute, [this](const policy::SimulationRequest& question) {
            asked.push_back(question);
            auto answer = answers.front();
            if (answers.size() > 1) answers.pop_front();
            return answer;
        });
    }
};

}  // namespace

TEST_CASE("one question, unless it is to be executed") {
    Scheduler scheduler{{starts()}, {}};
    const auto result = scheduler.run(false);
    REQUIRE(result.rounds.size() == 1);
    CHECK(result.rounds[0].actions.size() == 1);
    CHECK_FALSE(result.at_rest);
    CHECK_FALSE(result.error);
    REQUIRE(scheduler.asked.size() == 1);
    CHECK(scheduler.asked[0].cib == "given");
    CHECK_FALSE(scheduler.asked[0].return_cib);
}

TEST_CASE("the next question has the status that the transition left") {
    Scheduler scheduler{{starts(), plan({action(GraphAction::Kind::rsc, "promote")}), plan({})},
                        {}};
    const auto result = scheduler.run(true);
    REQUIRE(result.rounds.size() == 2);
    CHECK(result.at_rest);
    CHECK(result.graph_xml == "<graph of='start'/>");
    REQUIRE(scheduler.asked.size() == 3);
    CHECK(scheduler.asked[1].cib.find("operation_key=\"web_start_0\"") != std::string::npos);
    CHECK(scheduler.asked[1].now == "1700000000");
    CHECK(scheduler.asked[1].return_cib);
}

TEST_CASE("pseudo events alone are shown first, and are rest") {
    Scheduler pseudo{{plan({action(GraphAction::Kind::pseudo, "start")})}, {}};
    const auto first = pseudo.run(true);
    CHECK(first.at_rest);
    CHECK(first.rounds.size() == 1);
    CHECK(pseudo.asked.size() == 1);
    Scheduler later{{starts(), plan({action(GraphAction::Kind::pseudo, "start")})}, {}};
    CHECK(later.run(true).rounds.size() == 1);
}

TEST_CASE("what never rests is given up after the limit") {
    Scheduler scheduler{{starts()}, {}};
    const auto result = scheduler.run(true);
    CHECK(result.rounds.size() == max_simulated_transitions);
    CHECK_FALSE(result.at_rest);
    REQUIRE(result.error);
    CHECK(result.error->line() ==
          "it does not come to rest: something is left to do after 20 transitions (look at what "
          "the last ones repeat)");
    Scheduler last{{}, {}};
    for (std::size_t i = 0; i < max_simulated_transitions; ++i) last.answers.emplace_back(starts());
    last.answers.emplace_back(plan({}));
    const auto at_limit = last.run(true);
    CHECK(at_limit.at_rest);
    CHECK_FALSE(at_limit.error);
}

TEST_CASE("an error leaves what came before, and says in which transition it was") {
    const Error broken{Errc::internal, "it broke", "CIB", ""};
    Scheduler at_once{{broken}, {}};
    const auto nothing = at_once.run(true);
    CHECK(nothing.rounds.empty());
    CHECK(nothing.error == broken);
    Scheduler later{{starts(), broken}, {}};
    const auto one = later.run(true);
    CHECK(one.rounds.size() == 1);
    REQUIRE(one.error);
    CHECK(one.error->line() == "transition 2, CIB: it broke");
}

TEST_CASE("a plan that can never complete is an error that names an action") {
    Scheduler scheduler{{plan({action(GraphAction::Kind::rsc, "start")}, {1})}, {}};
    for (const bool execute : {false, true}) {
        const auto result = scheduler.run(execute);
        REQUIRE(result.error);
        CHECK(result.error->code == Errc::refused);
        CHECK(result.error->where == "web_start_0");
        REQUIRE(result.rounds.size() == 1);
        CHECK(result.rounds[0].actions.empty());
        CHECK_FALSE(result.at_rest);
    }
}
