// Any CIB, as crm_simulate would take it: schemas, times, masked parameters, and what changes.
#include "engines/policy/scheduler.hpp"
#include "test/engines/policy/files.hpp"
#include "test/engines/policy/plan_text.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace cpe;
using namespace cpe::test;

namespace {

constexpr WallTime clock_says{1'700'000'000'000};

std::string document(const std::string& name) {
    return read_file(std::filesystem::path(CPE_SOURCE_DIR) / "test/golden/simulate" /
                     (name + ".xml"));
}

Result<policy::Simulated> ask(const std::string& cib, const std::string& now = "",
                              bool return_cib = false) {
    policy::Scheduler scheduler{LogSink{}};
    return scheduler.simulate({cib, now, clock_says, return_cib});
}

policy::Simulated simulated(const std::string& cib, const std::string& now = "") {
    auto result = ask(cib, now, true);
    if (!result) FAIL(result.error().line());
    return std::move(*result);
}

std::string changes(const policy::Simulated& from) {
    std::string text;
    for (const auto& it : from.changes)
        text += it.what + " " + it.subject + " (" + it.where + ") " +
                (it.blocked ? "blocked: " : "") + it.why + "\n";
    return text;
}

}  // namespace

TEST_CASE("a simulation plans as a tick does") {
    for (const auto& name : samples()) {
        INFO(name);
        CHECK(plan_text(simulated(sample(name)).graph) ==
              read_file(golden_dir() / (name + ".plan")));
    }
}

TEST_CASE("the graph is told in the scheduler's own words") {
    const auto text = simulated(sample("3-both-up")).graph_xml;
    CHECK(text.starts_with("<transition_graph cluster-delay=\"60s\" "));
    CHECK(text.find("<rsc_op id=") != std::string::npos);
    CHECK(text.ends_with("</transition_graph>\n"));
}

TEST_CASE("it is what --now says, else the execution-date, else what the clock says") {
    const auto at = [](const std::string& cib, const std::string& now) {
        return simulated(cib, now).now.ms / 1000;
    };
    const auto dated = document("date-rules");
    const auto undated = sample("4-steady");
    CHECK(at(dated, "") == 1'700'000'000);
    CHECK(at(undated, "") == clock_says.ms / 1000);
    CHECK(at(dated, "1600000000") == 1'600'000'000);
    CHECK(at(dated, "2020-09-13T12:26:40Z") == 1'600'000'000);
    CHECK(at(dated, "2020-09-13 14:26:40 +02:00") == 1'600'000'000);
    CHECK(at(dated, "2020-W37-7T12:26:40Z") == 1'600'000'000);
    CHECK(at(dated, "0") == 0);
}

TEST_CASE("what is no time is refused, and as whose it is") {
    const auto long_number = std::string(100, '9');
    for (const auto& now :
         {std::string("junk"), std::string("2020-13-01"), std::string("253402300800"),
          std::string("-1"), std::string("99999-01-01"), long_number}) {
        INFO(now);
        const auto result = ask(sample("4-steady"), now);
        REQUIRE(result.has_error());
        CHECK(result.error().code == Errc::invalid_input);
        CHECK(result.error().where == "--now");
    }
    const auto far = replaced(document("date-rules"), "execution-date=\"1700000000\"",
                              "execution-date=\"99999999999999\"");
    const auto refused = ask(far);
    REQUIRE(refused.has_error());
    CHECK(refused.error().where == "CIB");
    CHECK(ask(far, "1700000000").has_value());
}

TEST_CASE("an old schema is upgraded, and the CIB that comes back is the new one") {
    const auto old = simulated(document("schema-2-10"));
    CHECK(old.cib.find("validate-with=\"pacemaker-3.") != std::string::npos);
    CHECK(changes(old).starts_with("promote s:0 (Stopped -> Promoted node1) \n"));
    CHECK(simulated(document("schema-1-2")).graph.synapses.size() == 7);
    CHECK(simulated(document("no-status")).cib.find("<status/>") != std::string::npos);
}

TEST_CASE("the CIB comes back only where it is wanted") {
    CHECK(ask(sample("4-steady"))->cib.empty());
}

TEST_CASE("masked parameters are no change where the history has a digest without them") {
    CHECK(simulated(document("sanitized")).graph.synapses.empty());
    // A tick of ours sees the document as it is: there it is a change.
    policy::Scheduler scheduler{LogSink{}};
    const auto tick = scheduler.run("shop", document("sanitized"), clock_says, true);
    REQUIRE(tick.has_value());
    CHECK_FALSE(tick->graph.synapses.empty());
    // And so is another user: that is in the digest.
    const auto changed =
        replaced(document("sanitized"), "name=\"user\" value=\"u\"", "name=\"user\" value=\"x\"");
    CHECK_FALSE(simulated(changed).graph.synapses.empty());
}

TEST_CASE("orders in a circle are planned, for a person to see") {
    CHECK_FALSE(simulated(document("order-circle")).graph.synapses.empty());
}

TEST_CASE("an assertion of the library ends the call, and the next one is sound") {
    policy::Scheduler scheduler{LogSink{}};
    auto bad = replaced(sample("4-steady"), "pacemaker-3.9", "none");
    bad = replaced(bad, "name=\"monitor\"", "");
    const auto failed = scheduler.simulate({bad, "", clock_says, false});
    REQUIRE(failed.has_error());
    CHECK(failed.error().code == Errc::internal);
    const auto sound = scheduler.simulate({sample("3-both-up"), "", clock_says, false});
    REQUIRE(sound.has_value());
    CHECK(plan_text(sound->graph) == read_file(golden_dir() / "3-both-up.plan"));
}

TEST_CASE("changes say what becomes of each resource and node, where and why") {
    CHECK(changes(simulated(document("promotable-failover"))) ==
          "fence node1 (reboot) peer is no longer part of the cluster\n"
          "stop db:0 (Promoted node1) node availability\n"
          "promote db:1 (Unpromoted -> Promoted node2) \n"
          "move vip (node1 -> node2) \n");
    CHECK(changes(simulated(document("live-migration"))) ==
          "migrate vm (node1 -> node2) \nmove plain (node1 -> node2) \n");
    CHECK(changes(simulated(document("group-member-failed"))) ==
          "recover fs (node1) \nrestart httpd (node1) required fs start\n");
    CHECK(changes(simulated(document("changed-reloadable"))) ==
          "reload a (node1) resource definition change\n");
    CHECK(changes(simulated(document("node-shutdown"))) ==
          "shut down node1 () \nmove a (node1 -> node2) \n");
    CHECK(changes(simulated(document("no-quorum"))) ==
          "stop a (node1) no quorum\nstart b (node1) blocked: no quorum\n");
    CHECK(changes(simulated(document("utilization")))
              .ends_with("nothing none () blocked: no node that is up may run it\n"));
    CHECK(changes(simulated(sample("4-steady"))).empty());
}
