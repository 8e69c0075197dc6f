// First light: created, started, a service failure noticed and repaired.
#include "test/e2e/documents.hpp"
#include "test/e2e/lab.hpp"

#include <catch2/catch.hpp>

#include <boost/json.hpp>

using namespace cpe::e2e;

namespace {

const std::string state_file = "/run/resource-agents/Dummy-rsc_one_probe.state";

/// How often the probe service was told to be in this state.
int times_told(const Lab& lab, const std::string& state) {
    return std::stoi(
        lab.cell("select count(*) from events where service = 'probe' and kind = "
                 "'service_state_change' and state = '" +
                 state + "'"));
}

}  // namespace

TEST_CASE("minimal: probe, start, monitor, a lost service is stopped, started, monitored",
          "[e2e]") {
    Lab lab;
    const auto file = lab.document("minimal", minimal());
    const auto created = lab.ctl({"deployable", "create", file, "--start", "--timeout", "60"});
    INFO(created.err << lab.log());
    REQUIRE(created.code == 0);
    CHECK(lab.state_of("minimal") == "running");

    const auto actions =
        lab.sql("select operation, interval_ms, rc, status from actions order by id");
    REQUIRE(actions.size() == 3);
    CHECK(actions[0] == std::vector<std::string>{"monitor", "0", "7", "complete"});
    CHECK(actions[1] == std::vector<std::string>{"start", "0", "0", "complete"});
    CHECK(actions[2] == std::vector<std::string>{"monitor", "1000", "0", "complete"});

    REQUIRE(lab.inside("minimal", "one", "rm " + state_file).code == 0);
    REQUIRE(eventually([&] { return times_told(lab, "running") == 2; }));
    REQUIRE(eventually([&] { return lab.state_of("minimal") == "running"; }));

    const auto repair = lab.sql(
        "select operation, interval_ms, rc from actions where id > 3 and not (operation = "
        "'monitor' "
        "and rc = 7) order by id");
    REQUIRE(repair.size() == 3);
    CHECK(repair[0] == std::vector<std::string>{"stop", "0", "0"});
    CHECK(repair[1] == std::vector<std::string>{"start", "0", "0"});
    CHECK(repair[2] == std::vector<std::string>{"monitor", "1000", "0"});
    CHECK(times_told(lab, "failed") == 1);

    // From the reported failure to the first command.
    const auto lag = lab.cell(
        "select (select at from actions where operation = 'stop') - (select at from events where "
        "service = 'probe' and state = 'failed')");
    INFO("ms from the reported failure to the stop: " << lag);
    CHECK(std::stoi(lag) < 50);

    // The log can be read beside the running daemon.
    const auto sqlite =
        run({"sqlite3", "-readonly", (lab.state_dir() / "cpe.db").string(),
             "select count(*) from events where state = 'failed' and service = 'probe'"});
    CHECK(sqlite.code == 0);
    CHECK(sqlite.out == "1\n");
}

TEST_CASE("escalation_failures=2: the service first, then its assembly, then from zero", "[e2e]") {
    Lab lab;
    const auto file =
        lab.document("minimal", minimal(R"(escalation_failures="2" escalation_period="300")"));
    REQUIRE(lab.ctl({"deployable", "create", file, "--start", "--timeout", "60"}).code == 0);
    const int first_life = lab.init_of("minimal", "one");

    const auto escalations = [&] {
        return lab.cell("select count(*) from events where kind = 'escalation'");
    };
    const auto lose_it = [&](int told_running) {
        REQUIRE(lab.inside("minimal", "one", "rm " + state_file).code == 0);
        REQUIRE(eventually([&] { return times_told(lab, "running") == told_running; }));
        REQUIRE(eventually([&] { return lab.state_of("minimal") == "running"; }));
    };
    lose_it(2);
    CHECK(lab.init_of("minimal", "one") == first_life);
    CHECK(escalations() == "0");
    lose_it(3);
    CHECK(lab.init_of("minimal", "one") != first_life);
    CHECK(escalations() == "1");
    const int second_life = lab.init_of("minimal", "one");
    lose_it(4);
    CHECK(lab.init_of("minimal", "one") == second_life);
    CHECK(escalations() == "1");
}

TEST_CASE("what never starts is tried with growing pauses while the others run", "[e2e]") {
    Lab lab;
    const auto file = lab.document("never", never_starts());
    REQUIRE(lab.ctl({"deployable", "create", file, "--start", "--no-wait"}).code == 0);
    const auto starts = [&] {
        return lab.sql("select at from actions where operation = 'start' and service = 'bad'");
    };
    REQUIRE(eventually([&] { return starts().size() >= 5; }, Seconds(60)));
    const auto at = starts();
    const auto pause = [&](std::size_t n) {
        return std::stoll(at[n][0]) - std::stoll(at[n - 1][0]);
    };
    CHECK(pause(2) >= 1000);
    CHECK(pause(3) >= 2000);
    CHECK(pause(4) >= 4000);
    CHECK(lab.cell("select state from services where name = 'good'") == "running");
}
