// The rung `relocate` on real sandboxes: from one provider to the next, proven dead there first.
#include "test/e2e/lab.hpp"

#include <catch2/catch.hpp>

#include <csignal>

using namespace cpe::e2e;

namespace fs = std::filesystem;

namespace {

const std::string two_providers = R"(providers:
  local: {type: local}
  spare: {type: local}
)";

const std::string first_failure = R"( escalation_failures="1" escalation_period="600")";

/// One failure of anything takes all rungs. The database may lose its disk, the web server may not;
/// what logs takes its seconds to stop and to start, and lives at home wherever the others are.
std::string shop(const std::string& seconds = "0") {
    return R"(<deployable name="shop" uuid="s-1" providers="local spare")" + first_failure + R"(>
  <assemblies>
    <assembly name="db" uuid="s-db" rebuild="true")" +
           first_failure + R"(>
      <services>
        <service name="sql" class="ocf" type="Dummy" monitor_interval="1s")" +
           first_failure + R"(/>
        <service name="slow" class="ocf" type="Delay" monitor_interval="10s">
          <parameters>
            <parameter name="startdelay"><value>)" +
           seconds + R"(</value></parameter>
            <parameter name="stopdelay"><value>)" +
           seconds + R"(</value></parameter>
            <parameter name="mondelay"><value>0</value></parameter>
          </parameters>
        </service>
      </services>
    </assembly>
    <assembly name="web" uuid="s-web">
      <services><service name="http" class="ocf" type="Dummy" monitor_interval="1s"/></services>
    </assembly>
    <assembly name="log" uuid="s-log" provider="local">
      <services><service name="journal" class="ocf" type="Dummy" monitor_interval="1s"/></services>
    </assembly>
  </assemblies>
  <constraints><service_dependency id="1" first="rsc_db_sql" then="rsc_web_http"/></constraints>
</deployable>)";
}

/// "local spare": whose sandboxes there are, one word for each that lives.
std::string living(const Lab& lab) {
    std::string text;
    for (const auto* provider : {"local", "spare"}) {
        const auto found = run({"pgrep", "-fc",
                                "cpe-sandbox boot .*--state-dir=" + lab.state_dir().string() +
                                    " --provider=" + provider + " "});
        text += (text.empty() ? "" : " ") + found.out.substr(0, found.out.find('\n'));
    }
    return text;
}

/// How many disks that provider has.
long disks(const Lab& lab, const std::string& home) {
    std::error_code none;
    return std::distance(fs::directory_iterator(lab.state_dir() / home, none), {});
}

std::string where_all_are(const Lab& lab) {
    std::string text;
    for (const auto& row : lab.sql("select name, provider from assemblies order by name"))
        text += (text.empty() ? "" : " ") + row[0] + ":" + row[1];
    return text;
}

std::string states_of(const Lab& lab, const std::string& kind) {
    std::string text;
    for (const auto& row :
         lab.sql("select state from events where kind = '" + kind + "' order by id"))
        text += (text.empty() ? "" : " ") + row[0];
    return text;
}

bool has_happened(const Lab& lab, const std::string& kind, const std::string& state) {
    return lab.cell("select count(*) from events where kind = '" + kind + "' and state = '" +
                    state + "'") == "1";
}

/// What became of the assemblies before the end of the old place, and after it.
std::string order_of_move(const Lab& lab) {
    const std::string ended = "(select id from events where kind = 'overhaul' and state = 'ended')";
    const std::string states =
        "select distinct assembly || ':' || state from events where kind = "
        "'assembly_state_change' and state in ('stopped', 'booting') and id > (select id from "
        "events where kind = 'escalation' and state = 'relocate') and id ";
    std::string text;
    for (const auto& row : lab.sql(states + "< " + ended + " order by 1")) text += row[0] + " ";
    text += "|";
    for (const auto& row : lab.sql(states + "> " + ended + " order by 1")) text += " " + row[0];
    return text;
}

void lose_the_database(const Lab& lab) {
    REQUIRE(lab.inside("shop", "db", "rm /run/resource-agents/Dummy-rsc_db_sql.state").code == 0);
}

/// Everything is at the other provider, runs, and nothing else does.
void check_moved(const Lab& lab) {
    INFO(lab.log());
    REQUIRE(eventually([&] { return lab.state_of("shop") == "running"; }, Seconds(60)));
    CHECK(where_all_are(lab) == "db:spare log:local web:spare");
    CHECK(living(lab) == "1 2");
    CHECK(disks(lab, "local") == 2);  // that of the log, and what the web server may not lose
    CHECK(disks(lab, "local-spare") == 2);
    CHECK(lab.inside("shop", "db", "ls /run/resource-agents/").out.find("Dummy-rsc_db_sql") !=
          std::string::npos);
    CHECK(lab.inside("shop", "web", "ls /run/resource-agents/").out.find("Dummy-rsc_web_http") !=
          std::string::npos);
    CHECK(states_of(lab, "escalation") == "assembly deployable relocate");
    CHECK(lab.cell("select json_extract(detail, '$.from') || ' ' || json_extract(detail, '$.to') "
                   "from events where kind = 'escalation' and state = 'relocate'") ==
          "local spare");
}

void check_nothing_is_left(const Lab& lab) {
    REQUIRE(lab.ctl({"deployable", "delete", "shop", "--timeout", "60"}).code == 0);
    CHECK(living(lab) == "0 0");
    CHECK(disks(lab, "local") == 0);
    CHECK(disks(lab, "local-spare") == 0);
}

}  // namespace

TEST_CASE("a deployable whose failures climb to relocate goes to the other provider, wholly",
          "[e2e]") {
    Lab lab(two_providers);
    lab.create_running("shop", shop());
    CHECK(where_all_are(lab) == "db:local log:local web:local");
    CHECK(living(lab) == "3 0");
    lose_the_database(lab);
    REQUIRE(eventually([&] { return has_happened(lab, "overhaul", "ended"); }));
    check_moved(lab);
    CHECK(states_of(lab, "overhaul") == "begun ended");
    CHECK(lab.cell("select reason from events where kind = 'overhaul' and state = 'ended'") ==
          "all assemblies are down; what moves from provider local is created at spare");
    CHECK(order_of_move(lab) ==
          "db:stopped log:stopped web:stopped | db:booting log:booting web:booting");
    const auto reason =
        lab.cell("select reason from events where kind = 'escalation' and state = 'relocate'");
    CHECK(reason.find("sql") != std::string::npos);
    CHECK(reason.find("it moves from provider local to spare") != std::string::npos);

    // A new cped finds everything where it is now.
    const int db = lab.init_of("shop", "db");
    lab.kill_cped();
    lab.start_cped();
    check_moved(lab);
    CHECK(lab.init_of("shop", "db") == db);

    // Both have been tried: nothing is left.
    REQUIRE(::kill(db, SIGKILL) == 0);
    REQUIRE(eventually([&] { return lab.state_of("shop") == "unrecoverable"; }));
    CHECK(states_of(lab, "escalation") ==
          "assembly deployable relocate assembly deployable give_up");
    CHECK(living(lab) == "1 1");
    check_nothing_is_left(lab);
}

TEST_CASE("cped is killed while services are stopped for a relocation, and the move goes on",
          "[e2e]") {
    Lab lab(two_providers);
    lab.create_running("shop", shop("2"));
    lose_the_database(lab);
    REQUIRE(eventually([&] { return has_happened(lab, "overhaul", "begun"); }));
    REQUIRE_FALSE(has_happened(lab, "overhaul", "ended"));
    lab.kill_cped();
    lab.start_cped();
    REQUIRE(eventually([&] { return has_happened(lab, "overhaul", "ended"); }));
    check_moved(lab);
    check_nothing_is_left(lab);
}

TEST_CASE("cped is killed while a relocated deployable comes up, and it comes up there", "[e2e]") {
    Lab lab(two_providers);
    lab.create_running("shop", shop("2"));
    lose_the_database(lab);
    REQUIRE(eventually([&] { return has_happened(lab, "overhaul", "ended"); }));
    lab.kill_cped();
    lab.start_cped();
    check_moved(lab);
    check_nothing_is_left(lab);
}
