// Assemblies that die, agents that die, and cped itself dying.
#include "test/e2e/documents.hpp"
#include "test/e2e/lab.hpp"

#include <catch2/catch.hpp>

#include <boost/json.hpp>

#include <csignal>

using namespace cpe::e2e;

namespace {

std::string address_of(const Lab& lab, const std::string& assembly) {
    return lab.cell("select address from assemblies where name = '" + assembly + "'");
}

}  // namespace

TEST_CASE("two-tier: all of the database's sandbox is killed, both tiers come back", "[e2e]") {
    Lab lab;
    lab.create_running("two-tier", two_tier());
    const auto order = lab.sql(
        "select service from actions where operation = 'start' and status <> 'cancelled' order by "
        "id");
    REQUIRE(order == std::vector<std::vector<std::string>>{{"mysqld"}, {"httpd"}});
    const int old_init = lab.init_of("two-tier", "db");
    const auto old_address = address_of(lab, "db");
    const auto web_starts = [&] {
        return lab.cell(
            "select count(*) from actions where operation = 'start' and service = 'httpd' "
            "and status = 'complete'");
    };

    REQUIRE(::kill(old_init, SIGKILL) == 0);
    REQUIRE(eventually([&] { return web_starts() == "2"; }));
    REQUIRE(eventually([&] { return lab.state_of("two-tier") == "running"; }));

    CHECK(lab.init_of("two-tier", "db") != old_init);
    CHECK(address_of(lab, "db") != old_address);
    CHECK(lab.cell("select count(*) from events where kind = 'assembly_state_change' and state = "
                   "'failed' and assembly = 'db'") == "1");
    CHECK(std::stoi(lab.cell("select count(*) from events where kind = 'fencing'")) >= 1);
    CHECK(lab.cell("select count(*) from events where kind = 'assembly_state_change' and state = "
                   "'failed' and assembly = 'web'") == "0");
}

TEST_CASE("the agent alone is killed: monitors run again, services are untouched", "[e2e]") {
    Lab lab;
    lab.create_running("minimal", minimal());
    const auto agent = [&] { return lab.inside("minimal", "one", "pgrep -x cpe-agent").out; };
    const auto monitors_begun = [&] {
        return lab.cell(
            "select count(*) from actions where operation = 'monitor' and interval_ms = 1000 and "
            "status = 'complete'");
    };
    REQUIRE(eventually([&] { return monitors_begun() == "1"; }));
    const auto before = agent();
    REQUIRE_FALSE(before.empty());
    REQUIRE(lab.inside("minimal", "one", "pkill -KILL -x cpe-agent").code == 0);
    REQUIRE(eventually([&] { return monitors_begun() == "2"; }));
    CHECK(agent() != before);
    CHECK(lab.cell("select count(*) from actions where operation in ('start', 'stop') and status "
                   "<> 'cancelled'") == "1");
    CHECK(lab.state_of("minimal") == "running");

    // The new monitor is a real one.
    REQUIRE(
        lab.inside("minimal", "one", "rm /run/resource-agents/Dummy-rsc_one_probe.state").code ==
        0);
    REQUIRE(eventually([&] {
        return lab.cell(
                   "select count(*) from actions where operation = 'start' and status = "
                   "'complete'") == "2";
    }));
}

TEST_CASE("cped is killed and started again: nothing is touched, all is known again", "[e2e]") {
    Lab lab;
    lab.create_running("two-tier", two_tier());
    const int db = lab.init_of("two-tier", "db");
    const int web = lab.init_of("two-tier", "web");

    lab.kill_cped();
    lab.start_cped();
    REQUIRE(eventually([&] { return lab.state_of("two-tier") == "running"; }));
    REQUIRE(eventually([&] {
        return lab.cell("select count(*) from assemblies where state = 'running'") == "2";
    }));
    CHECK(lab.init_of("two-tier", "db") == db);
    CHECK(lab.init_of("two-tier", "web") == web);
    CHECK(lab.cell(
              "select count(*) from actions where operation = 'start' and status <> 'cancelled'") ==
          "2");
    CHECK(lab.cell(
              "select count(*) from actions where operation = 'stop' and status <> 'cancelled'") ==
          "0");

    // It watches again: a failure is repaired.
    REQUIRE(
        lab.inside("two-tier", "db", "rm /run/resource-agents/Dummy-rsc_db_mysqld.state").code ==
        0);
    REQUIRE(eventually([&] {
        return lab.cell(
                   "select count(*) from actions where operation = 'start' and service = "
                   "'mysqld' and status = 'complete'") == "2";
    }));
    REQUIRE(eventually([&] { return lab.state_of("two-tier") == "running"; }));

    // A clean stop leaves guests running, too.
    CHECK(lab.terminate_cped() == 0);
    CHECK(::kill(db, 0) == 0);
    lab.start_cped();
    REQUIRE(eventually([&] { return lab.state_of("two-tier") == "running"; }));
    CHECK(lab.init_of("two-tier", "db") == db);
}

TEST_CASE("a service dies while cped is away: it is found and repaired", "[e2e]") {
    Lab lab;
    lab.create_running("minimal", minimal());
    const int init = lab.init_of("minimal", "one");
    lab.kill_cped();
    REQUIRE(run({"nsenter", "-t", std::to_string(init), "-a", "rm",
                 "/run/resource-agents/Dummy-rsc_one_probe.state"})
                .code == 0);
    lab.start_cped();
    REQUIRE(eventually([&] {
        return lab.cell(
                   "select count(*) from actions where operation = 'start' and status = "
                   "'complete'") == "2";
    }));
    REQUIRE(eventually([&] { return lab.state_of("minimal") == "running"; }));
    CHECK(lab.init_of("minimal", "one") == init);
}
