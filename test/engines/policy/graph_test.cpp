// What the typed graph holds beyond the plan: every attribute, read from real plans; and the check
// for plans that can never complete.
#include "engines/policy/graph.hpp"
#include "engines/policy/scheduler.hpp"
#include "test/engines/policy/files.hpp"
#include "test/engines/policy/plan_text.hpp"

#include <catch2/catch.hpp>

using namespace cpe;
using namespace cpe::test;

namespace {

constexpr WallTime now{1'700'000'000'000};

TransitionGraph graph_of(const std::string& text, WallTime at = now) {
    policy::Scheduler scheduler{LogSink{}};
    auto result = scheduler.run("shop", text, at, true);
    if (!result) FAIL(result.error().line());
    return std::move(result->graph);
}

GraphAction find(const TransitionGraph& graph, const std::string& key) {
    for (const auto& synapse : graph.synapses)
        for (const auto& action : synapse.actions)
            if (action.operation_key == key) return action;
    FAIL("not planned: " + key);
    return {};
}

std::string with_property(const std::string& text, const std::string& name,
                          const std::string& value) {
    return replaced(text, "<nvpair id=\"o-stonith-enabled\"",
                    "<nvpair id=\"x\" name=\"" + name + "\" value=\"" + value +
                        "\"/><nvpair id=\"o-stonith-enabled\"");
}

Synapse synapse(int action, std::vector<int> inputs) {
    Synapse it;
    it.actions.emplace_back().id = action;
    it.actions.back().operation_key = "action " + std::to_string(action);
    it.inputs = std::move(inputs);
    return it;
}

}  // namespace

TEST_CASE("an action of a resource has all that an agent needs") {
    const auto action = find(graph_of(sample("3-both-up")), "rsc_db_mysqld_monitor_2000");
    CHECK(action.kind == GraphAction::Kind::rsc);
    CHECK(action.operation == "monitor");
    CHECK(action.node == "db");
    CHECK(action.node_uuid == "u-db");
    CHECK(action.resource == "rsc_db_mysqld");
    CHECK(action.agent_class == "ocf");
    CHECK(action.agent_provider == "heartbeat");
    CHECK(action.agent_type == "Dummy");
    CHECK(action.interval == Millis{2'000});
    CHECK(action.timeout == Millis{20'000});
    CHECK_FALSE(action.target_rc_given);
    CHECK(action.parameters.at("fake") == "mysqld");
    CHECK(action.parameters.count("CRM_meta_timeout") == 0);
    CHECK(action.meta.at("timeout") == "20000");
    // The digests of the sample with a history, which Pacemaker accepts as unchanged.
    CHECK(action.digest == "de1c52807aee00406b87f2187f73c2f7");
}

TEST_CASE("a parameter whose name begins with a digit is one like any other") {
    const auto text = replaced(sample("3-both-up"), "name=\"fake\" value=\"mysqld\"/>",
                               "name=\"fake\" value=\"mysqld\"/>"
                               "<nvpair id=\"p1\" name=\"1\" value=\"10.0.0.1\"/>");
    const auto action = find(graph_of(text), "rsc_db_mysqld_monitor_2000");
    CHECK(action.parameters.at("1") == "10.0.0.1");
    CHECK(action.parameters.at("fake") == "mysqld");
    CHECK(action.digest == "ea11f277aca58d2e31f6b65f3b852053");  // crm_simulate's
}

TEST_CASE("a probe expects 'not running'") {
    const auto action = find(graph_of(sample("3-both-up")), "rsc_db_mysqld_monitor_0");
    CHECK(action.target_rc_given);
    CHECK(action.target_rc == 7);
    CHECK(action.interval == Millis{0});
}

TEST_CASE("a fence names its node, a pseudo event its resource") {
    const auto graph = graph_of(sample("5-db-lost"));
    const auto fence = find(graph, "stonith-db-reboot");
    CHECK(fence.kind == GraphAction::Kind::fence);
    CHECK(fence.node == "db");
    CHECK(fence.node_uuid == "u-db");
    CHECK(fence.meta.at("stonith_action") == "reboot");
    const auto stop = find(graph, "rsc_db_mysqld_stop_0");
    CHECK(stop.kind == GraphAction::Kind::pseudo);
    CHECK(stop.resource == "rsc_db_mysqld");
    CHECK(stop.node.empty());
}

TEST_CASE("the graph's own attributes are read in Pacemaker's units") {
    auto text = with_property(sample("3-both-up"), "batch-limit", "7");
    text = replaced(text, "<nvpair id=\"x\"",
                    "<nvpair id=\"y\" name=\"cluster-delay\" value=\"2min\"/>"
                    "<nvpair id=\"z\" name=\"stonith-timeout\" value=\"1500ms\"/><nvpair id=\"x\"");
    const auto graph = graph_of(text);
    CHECK(graph.batch_limit == 7);
    CHECK(graph.cluster_delay == Millis{120'000});
    CHECK(graph.stonith_timeout == Millis{1'500});
    CHECK_FALSE(graph.failed_start_is_fatal);
    const auto fatal =
        replaced(sample("3-both-up"), "name=\"start-failure-is-fatal\" value=\"false\"",
                 "name=\"start-failure-is-fatal\" value=\"true\"");
    CHECK(graph_of(fatal).failed_start_is_fatal);
}

TEST_CASE("a failure that expires says when to ask again, and its count is cleared then") {
    auto text = replaced(sample("4-steady"), "name=\"migration-threshold\" value=\"0\"/>",
                         "name=\"migration-threshold\" value=\"9\"/>"
                         "<nvpair id=\"ft\" name=\"failure-timeout\" value=\"60s\"/>");
    text = replaced(text, "<lrm id=\"u-db\">",
                    "<transient_attributes id=\"u-db\"><instance_attributes id=\"ta\">"
                    "<nvpair id=\"t1\" name=\"fail-count-rsc_db_mysqld#monitor_2000\" value=\"1\"/>"
                    "<nvpair id=\"t2\" name=\"last-failure-rsc_db_mysqld#monitor_2000\" "
                    "value=\"1700000000\"/></instance_attributes></transient_attributes>"
                    "<lrm id=\"u-db\">");
    text = replaced(text, "<lrm_rsc_op id=\"rsc_db_mysqld_monitor_2000\"",
                    "<lrm_rsc_op id=\"rsc_db_mysqld_last_failure_0\" "
                    "operation_key=\"rsc_db_mysqld_monitor_2000\" operation=\"monitor\" "
                    "crm_feature_set=\"3.16.1\" transition-key=\"11:1:0:aaaa\" "
                    "transition-magic=\"0:7;11:1:0:aaaa\" call-id=\"9\" rc-code=\"7\" "
                    "op-status=\"0\" interval=\"2000\" last-rc-change=\"1700000000\" "
                    "op-digest=\"de1c52807aee00406b87f2187f73c2f7\"/>"
                    "<lrm_rsc_op id=\"rsc_db_mysqld_monitor_2000\"");
    const auto before = graph_of(text, WallTime{1'700'000'010'000});
    REQUIRE(before.recheck_by);
    CHECK(before.recheck_by->ms / 1000 >= 1'700'000'060);
    CHECK(before.recheck_by->ms / 1000 <= 1'700'000'062);
    const auto after = graph_of(text, WallTime{1'700'000'100'000});
    const auto clear = find(after, "rsc_db_mysqld_clear_failcount_0");
    CHECK(clear.kind == GraphAction::Kind::crm);
    CHECK(clear.operation == "clear_failcount");
    CHECK(clear.resource == "rsc_db_mysqld");
    CHECK(clear.node == "db");
}

TEST_CASE("actions that wait for each other in a circle are found") {
    TransitionGraph graph;
    graph.synapses = {synapse(1, {}), synapse(2, {1, 4}), synapse(3, {2}), synapse(4, {3})};
    const auto checked = policy::check_completable(graph);
    REQUIRE(checked.has_error());
    CHECK(checked.error().code == Errc::invalid_input);
    CHECK(checked.error().where == "action 2");
    graph.synapses[1].inputs = {1};
    CHECK(policy::check_completable(graph).has_value());
    CHECK(policy::check_completable(TransitionGraph{}).has_value());
}
