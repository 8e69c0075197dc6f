// First light: created, started, a service failure noticed and repaired.
#include "test/e2e/documents.hpp"
#include "test/e2e/lab.hpp"

#include <catch2/catch.hpp>

#include <boost/json.hpp>

using namespace cpe::e2e;

namespace {

using Rows = std::vector<std::vector<std::string>>;

const std::string state_file = "/run/resource-agents/Dummy-rsc_one_probe.state";
/// The service loses its state this often before it must have been stopped in time once.
constexpr int losses = 5;
constexpr int first_command_ms = 50;

/// How often the probe service was told to be in this state.
int times_told(const Lab& lab, const std::string& state) {
    return std::stoi(
        lab.cell("select count(*) from events where service = 'probe' and kind = "
                 "'service_state_change' and state = '" +
                 state + "'"));
}

/// What was carried out since that action: an operation is a row before it has a result, and one
/// whose transition was aborted before it was sent is one that is cancelled.
Rows carried_out(const Lab& lab, const std::string& after) {
    return lab.sql(
        "select operation, interval_ms, rc, status from actions where status <> 'cancelled' and "
        "id > " +
        after + " order by id");
}

std::string last_action(const Lab& lab) {
    return lab.cell("select max(id) from actions");
}

/// From the reported failure to the first command of its repair.
int ms_to_first_command(const Lab& lab) {
    return std::stoi(
        lab.cell("select (select max(at) from actions where operation = 'stop') - (select max(at) "
                 "from events where service = 'probe' and state = 'failed')"));
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

    // The service runs once it has started; the first result of its monitor follows.
    const Rows first = {{"monitor", "0", "7", "complete"},
                        {"start", "0", "0", "complete"},
                        {"monitor", "1000", "0", "complete"}};
    REQUIRE(eventually([&] { return carried_out(lab, "0") == first; }));

    const Rows repair = {{"monitor", "1000", "7", "failed"},
                         {"stop", "0", "0", "complete"},
                         {"start", "0", "0", "complete"},
                         {"monitor", "1000", "0", "complete"}};
    // A busy machine may delay one repair; it does not delay all.
    int lag = first_command_ms;
    int lost = 0;
    while (lag >= first_command_ms && lost < losses) {
        const auto before = last_action(lab);
        REQUIRE(lab.inside("minimal", "one", "rm " + state_file).code == 0);
        REQUIRE(eventually([&] { return carried_out(lab, before) == repair; }));
        REQUIRE(eventually([&] { return lab.state_of("minimal") == "running"; }));
        ++lost;
        CHECK(times_told(lab, "failed") == lost);
        CHECK(times_told(lab, "running") == lost + 1);
        lag = ms_to_first_command(lab);
    }
    CHECK(lag < first_command_ms);

    // The log can be read beside the running daemon.
    const auto sqlite =
        run({"sqlite3", "-readonly", (lab.state_dir() / "cpe.db").string(),
             "select count(*) from events where state = 'failed' and service = 'probe'"});
    CHECK(sqlite.code == 0);
    CHECK(sqlite.out == std::to_string(lost) + "\n");
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
        return lab.sql(
            "select at from actions where operation = 'start' and service = 'bad' and status <> "
            "'cancelled'");
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
