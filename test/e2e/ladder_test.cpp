// The upper rungs of the ladder on real sandboxes, and the operator's hand on them.
#include "test/e2e/lab.hpp"

#include <catch2/catch.hpp>

#include <csignal>

using namespace cpe::e2e;

namespace {

const std::string sql_state = "/run/resource-agents/Dummy-rsc_db_sql.state";

std::string window(int failures) {
    return R"( escalation_failures=")" + std::to_string(failures) + R"(" escalation_period="600")";
}

/// A database and what depends on it, with windows of so many failures.
std::string shop(int of_service, int of_assembly, const std::string& of_deployable = {}) {
    return R"(<deployable name="shop" uuid="s-1")" + of_deployable + R"(>
  <assemblies>
    <assembly name="db" uuid="s-db")" +
           window(of_assembly) + R"(>
      <services>
        <service name="sql" class="ocf" type="Dummy" monitor_interval="1s")" +
           window(of_service) + R"(/>
      </services>
    </assembly>
    <assembly name="web" uuid="s-web">
      <services><service name="http" class="ocf" type="Dummy" monitor_interval="1s"/></services>
    </assembly>
  </assemblies>
  <constraints><service_dependency id="1" first="rsc_db_sql" then="rsc_web_http"/></constraints>
</deployable>)";
}

std::string escalations(const Lab& lab) {
    std::string text;
    for (const auto& row :
         lab.sql("select state from events where kind = 'escalation' order by id"))
        text += (text.empty() ? "" : " ") + row[0];
    return text;
}

std::string starts(const Lab& lab, const std::string& service) {
    return lab.cell(
        "select count(*) from actions where operation = 'start' and status = "
        "'complete' and service = '" +
        service + "'");
}

/// The service's own state is gone, and comes back; all else follows.
void lose_the_database(const Lab& lab) {
    const int before = std::stoi(starts(lab, "http"));
    REQUIRE(lab.inside("shop", "db", "rm " + sql_state).code == 0);
    REQUIRE(eventually([&] { return std::stoi(starts(lab, "http")) == before + 1; }, Seconds(60)));
    REQUIRE(eventually([&] { return lab.state_of("shop") == "running"; }, Seconds(60)));
}

/// Of what was done since that event: services in the order of this operation.
std::string order_of(const Lab& lab, const std::string& operation, const std::string& since) {
    std::string text;
    for (const auto& row :
         lab.sql("select service from actions where operation = '" + operation +
                 "' and status = 'complete' and at >= (select at from events where id = " + since +
                 ") order by id"))
        text += (text.empty() ? "" : " ") + row[0];
    return text;
}

std::string last_event(const Lab& lab, const std::string& kind) {
    return lab.cell("select max(id) from events where kind = '" + kind + "'");
}

}  // namespace

TEST_CASE("two rungs in one story: the service's failures reach its assembly, those the whole",
          "[e2e]") {
    Lab lab;
    lab.create_running("shop", shop(2, 2));
    const int db = lab.init_of("shop", "db");
    const int web = lab.init_of("shop", "web");
    lose_the_database(lab);
    CHECK(escalations(lab).empty());
    CHECK(lab.init_of("shop", "db") == db);

    lose_the_database(lab);
    CHECK(escalations(lab) == "assembly");
    const int db_again = lab.init_of("shop", "db");
    CHECK(db_again != db);
    CHECK(lab.init_of("shop", "web") == web);

    lose_the_database(lab);
    lose_the_database(lab);
    CHECK(escalations(lab) == "assembly assembly deployable");
    CHECK(lab.init_of("shop", "db") != db_again);
    const int web_again = lab.init_of("shop", "web");
    CHECK(web_again != web);
    CHECK(lab.cell("select json_extract(detail, '$.failures') from events where kind = "
                   "'escalation' and state = 'deployable'") == "2");
    CHECK(order_of(lab, "start", last_event(lab, "overhaul")) == "sql http");

    // It counts from zero.
    lose_the_database(lab);
    CHECK(escalations(lab) == "assembly assembly deployable");
    CHECK(lab.init_of("shop", "web") == web_again);
}

TEST_CASE("nothing is left to try: unrecoverable, the rest runs on, service retry is heeded",
          "[e2e]") {
    Lab lab;
    lab.create_running("shop", shop(1, 1, window(1)));
    const int web = lab.init_of("shop", "web");
    REQUIRE(::kill(lab.init_of("shop", "db"), SIGKILL) == 0);
    REQUIRE(eventually([&] { return lab.state_of("shop") == "unrecoverable"; }));
    REQUIRE(eventually([&] {
        return lab.cell("select state from assemblies where name = 'db'") == "unrecoverable";
    }));
    CHECK(escalations(lab) == "assembly deployable give_up");
    CHECK(lab.init_of("shop", "web") == web);

    // A restart of cped keeps it so.
    lab.kill_cped();
    lab.start_cped();
    CHECK(lab.state_of("shop") == "unrecoverable");
    CHECK(lab.init_of("shop", "db") == 0);

    REQUIRE(lab.ctl({"service", "retry", "shop", "db/sql"}).code == 0);
    REQUIRE(eventually([&] { return lab.state_of("shop") == "running"; }, Seconds(60)));
    CHECK(lab.init_of("shop", "web") == web);
    CHECK(lab.cell("select reason from events where kind = 'operator' and state = 'retry'") ==
          "uid 0 asked for retry");
}

TEST_CASE("assembly restart: its services are stopped in order, and only its guest boots anew",
          "[e2e]") {
    Lab lab;
    lab.create_running("shop", shop(2, 2));
    const int db = lab.init_of("shop", "db");
    const int web = lab.init_of("shop", "web");
    const auto done = lab.ctl({"assembly", "restart", "shop", "db", "--timeout", "60"});
    INFO(done.err << lab.log());
    REQUIRE(done.code == 0);
    REQUIRE(eventually([&] { return lab.state_of("shop") == "running"; }));
    CHECK(lab.init_of("shop", "db") != db);
    CHECK(lab.init_of("shop", "web") == web);
    const auto asked = last_event(lab, "operator");
    CHECK(order_of(lab, "stop", asked) == "http sql");
    CHECK(order_of(lab, "start", asked) == "sql http");
    CHECK(escalations(lab).empty());
    CHECK(lab.ctl({"assembly", "restart", "shop", "nothing"}).code == 4);
}

TEST_CASE("a service whose agent is missing waits until it is there and somebody says so",
          "[e2e]") {
    const std::string agents = "/usr/lib/ocf/resource.d/heartbeat/";
    auto text = shop(2, 2);
    text.replace(text.rfind("\"Dummy\""), 7, "\"NotThere\"");
    Lab lab;
    REQUIRE(lab.ctl({"deployable", "create", lab.document("shop", text), "--start", "--no-wait"})
                .code == 0);
    REQUIRE(eventually([&] { return lab.state_of("shop") == "degraded"; }, Seconds(60)));
    REQUIRE(lab.inside("shop", "web", "cp " + agents + "Dummy " + agents + "NotThere").code == 0);
    const auto unknown = lab.ctl({"service", "retry", "shop", "ftp"});
    CHECK(unknown.code == 4);
    CHECK(lab.state_of("shop") == "degraded");
    REQUIRE(lab.ctl({"service", "retry", "shop", "http"}).code == 0);
    CHECK(eventually([&] { return lab.state_of("shop") == "running"; }));
    CHECK(starts(lab, "sql") == "1");
}

TEST_CASE("confirm-down of what is not lost is refused, with the reason", "[e2e]") {
    Lab lab;
    lab.create_running("shop", shop(2, 2));
    const auto refused = lab.ctl({"assembly", "confirm-down", "shop", "db"});
    CHECK(refused.code == 1);
    CHECK(refused.err.find("it answers") != std::string::npos);
    CHECK(lab.ctl({"assembly", "confirm-down", "shop", "nothing"}).code == 4);
    CHECK(lab.state_of("shop") == "running");
}
