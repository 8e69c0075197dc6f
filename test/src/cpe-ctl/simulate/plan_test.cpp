// What is printed of a simulation: the contract of -o json, and the table for people.
#include "src/cpe-ctl/show/plan.hpp"

#include <catch2/catch.hpp>

using namespace cpe;
using namespace cpe::ctl;

namespace {

GraphAction action(GraphAction::Kind kind, const std::string& operation,
                   const std::string& resource, const std::string& node, int interval_ms = 0) {
    GraphAction made;
    made.kind = kind;
    made.operation = operation;
    made.resource = resource;
    made.node = node;
    made.interval = Millis{interval_ms};
    return made;
}

Simulation example() {
    Simulation made;
    made.now = WallTime{1'700'000'000'000};
    made.rounds.push_back(
        {{{"fence", "n1", "reboot", "peer is no longer part of the cluster", false},
          {"move", "web", "n1 -> n2", "", false},
          {"stop", "db", "n1", "no quorum", true},
          {"nothing", "big", "", "no node is up", true}},
         {action(GraphAction::Kind::fence, "stonith", "", "n1"),
          action(GraphAction::Kind::pseudo, "stop", "web", ""),
          action(GraphAction::Kind::rsc, "start", "web", "n2"),
          action(GraphAction::Kind::rsc, "monitor", "web", "n2", 10'000),
          action(GraphAction::Kind::crm, "clear_failcount", "db", "n2")}});
    return made;
}

const Style style{{WallTime{1'700'000'100'000}, [](WallTime) { return std::chrono::seconds{0}; }},
                  false};

}  // namespace

TEST_CASE("json is the contract, to the letter") {
    CHECK(
        plan_json(example(), false) ==
        R"({"actions":[)"
        R"({"kind":"fence","resource":null,"operation":"stonith","interval_ms":0,"node":"n1"},)"
        R"({"kind":"pseudo","resource":"web","operation":"stop","interval_ms":0,"node":null},)"
        R"({"kind":"rsc","resource":"web","operation":"start","interval_ms":0,"node":"n2"},)"
        R"({"kind":"rsc","resource":"web","operation":"monitor","interval_ms":10000,"node":"n2"},)"
        R"({"kind":"pseudo","resource":"db","operation":"clear_failcount","interval_ms":0,)"
        R"("node":"n2"}]})"
        "\n");
    Simulation none;
    none.rounds.emplace_back();
    CHECK(plan_json(none, false) == "{\"actions\":[]}\n");
}

TEST_CASE("json of what was executed has all actions, and says where transitions end") {
    auto two = example();
    two.rounds.push_back({{}, {action(GraphAction::Kind::rsc, "promote", "db", "n2")}});
    two.at_rest = true;
    const auto text = plan_json(two, true);
    CHECK(text.find(R"("operation":"promote","interval_ms":0,"node":"n2"}],"transitions":[5,1],)"
                    R"("at_rest":true})") != std::string::npos);
}

TEST_CASE("json is valid UTF-8, whatever a document calls its things") {
    Simulation odd;
    odd.rounds.push_back({{}, {action(GraphAction::Kind::rsc, "start", "\xff\"\x01", "n")}});
    CHECK(plan_json(odd, false).find(R"("resource":"�\"\u0001")") != std::string::npos);
}

TEST_CASE("the table says what, where and why not") {
    const std::vector<std::string> complaints{"no STONITH\nresources"};
    CHECK(plan_table(example(), false, complaints, style) ==
          "warning: no STONITH resources\n"
          "As of 2023-11-14T22:13:20:\n"
          "WHAT     NAME  WHERE     WHY\n"
          "fence    n1    reboot    peer is no longer part of the cluster\n"
          "move     web   n1 -> n2\n"
          "stop     db    n1        blocked: no quorum\n"
          "nothing  big             no node is up\n"
          "5 actions (2 rsc, 2 pseudo, 1 fence)\n");
}

TEST_CASE("the table of what was executed has the actions of each transition") {
    auto two = example();
    two.rounds.push_back({{}, {action(GraphAction::Kind::rsc, "promote", "db", "n2", 1'500)}});
    two.at_rest = true;
    two.recheck_by = WallTime{1'700'000'060'000};
    const auto text = plan_table(two, true, {}, style);
    CHECK(text.find("Transition 1: 5 actions (2 rsc, 2 pseudo, 1 fence)\n"
                    "  WHAT     NAME  WHERE     WHY\n") != std::string::npos);
    CHECK(text.find("  #  KIND    OPERATION        EVERY  RESOURCE  NODE\n"
                    "  1  fence   stonith                           n1\n"
                    "  2  pseudo  stop                    web\n"
                    "  3  rsc     start                   web       n2\n"
                    "  4  rsc     monitor           10 s  web       n2\n"
                    "  5  pseudo  clear_failcount         db        n2\n") != std::string::npos);
    CHECK(
        text.ends_with("Transition 2: 1 action (1 rsc)\n"
                       "  #  KIND  OPERATION    EVERY  RESOURCE  NODE\n"
                       "  1  rsc   promote    1500 ms  db        n2\n"
                       "\n"
                       "At rest after 2 transitions.\n"
                       "To be asked again at 2023-11-14T22:14:20.\n"));
}
