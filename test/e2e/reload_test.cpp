// deployable reload: a new document for what runs, and only what is different is done.
#include "test/e2e/lab.hpp"

#include <catch2/catch.hpp>

#include <boost/json.hpp>

#include <csignal>
#include <fstream>

using namespace cpe::e2e;

namespace {

std::string replaced(std::string text, const std::string& what, const std::string& with) {
    const auto at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), with);
}

std::string without(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    const auto end = text.find(to, at);
    REQUIRE(end != std::string::npos);
    return text.erase(at, end + to.size() - at);
}

/// Its web server's agent takes another `fake` over while it runs; the database's is of before OCF
/// 1.1, and has an address that its agent sets up.
std::string shop() {
    return R"(<deployable name="shop" uuid="s-1">
  <assemblies>
    <assembly name="db" uuid="s-db" escalation_failures="3" escalation_period="600">
      <services>
        <service name="ip" class="ocf" type="IPaddr2" monitor_interval="1s">
          <parameters>
            <parameter name="ip" value="192.0.2.10"/>
            <parameter name="cidr_netmask" value="32"/>
            <parameter name="nic" value="lo"/>
          </parameters>
        </service>
        <service name="sql" class="ocf" type="Dummy" monitor_interval="2s"/>
      </services>
    </assembly>
    <assembly name="web" uuid="s-web">
      <services>
        <service name="http" class="ocf" provider="pacemaker" type="Dummy" monitor_interval="1s">
          <parameters><parameter name="fake" value="one"/></parameters>
        </service>
      </services>
    </assembly>
  </assemblies>
  <constraints>
    <service_dependency id="1" first="rsc_db_sql" then="rsc_web_http"/>
  </constraints>
</deployable>)";
}

std::string without_web(const std::string& text) {
    return without(without(text, "<assembly name=\"web\"", "</assembly>"), "<constraints>",
                   "</constraints>");
}

class Shop {
public:
    explicit Shop(const std::string& configuration = {}) : lab(configuration) {}

    Output reload(const std::string& text) {
        last = lab.cell("select max(id) from actions");
        return lab.ctl(
            {"deployable", "reload", "shop", lab.document("next", text), "--timeout", "60"});
    }
    /// "stop http, start http, monitor_1000 http": what agents were asked for since the last
    /// reload.
    [[nodiscard]] std::string done() const {
        std::string text;
        for (const auto& row : lab.sql("select operation, interval_ms, service from actions where "
                                       "id > " +
                                       last + " and status = 'complete' order by id")) {
            if (!text.empty()) text += ", ";
            text += row.at(0) + (row.at(1) == "0" ? "" : "_" + row.at(1)) + " " + row.at(2);
        }
        return text;
    }
    [[nodiscard]] bool has_address(const std::string& address) const {
        return lab.inside("shop", "db", "ip -o -4 address show dev lo").out.find(address) !=
               std::string::npos;
    }
    [[nodiscard]] bool runs(const std::string& state_file, const std::string& assembly) const {
        return lab.inside("shop", assembly, "test -e " + state_file).code == 0;
    }

    Lab lab;
    std::string last = "0";
};

}  // namespace

TEST_CASE("a reload restarts only the service that changed, with what it was started with",
          "[e2e]") {
    Shop shop_lab;
    auto& lab = shop_lab.lab;
    lab.create_running("shop", shop());
    const int db = lab.init_of("shop", "db");
    REQUIRE(shop_lab.has_address("192.0.2.10"));

    const auto same = shop_lab.reload(shop());
    INFO(same.err << lab.log());
    REQUIRE(same.code == 0);
    CHECK(shop_lab.done() == "");

    const auto reloaded = shop_lab.reload(replaced(shop(), "192.0.2.10", "192.0.2.11"));
    INFO(reloaded.err << lab.log());
    REQUIRE(reloaded.code == 0);
    CHECK(lab.state_of("shop") == "running");
    REQUIRE(eventually(
        [&] { return shop_lab.done() == "meta-data ip, stop ip, start ip, monitor_1000 ip"; }));
    // The old address was taken down, not forgotten.
    CHECK_FALSE(shop_lab.has_address("192.0.2.10"));
    CHECK(shop_lab.has_address("192.0.2.11"));
    CHECK(lab.init_of("shop", "db") == db);
}

TEST_CASE("an agent that can takes its new parameter over while it runs", "[e2e]") {
    Shop shop_lab;
    auto& lab = shop_lab.lab;
    lab.create_running("shop", shop());
    const auto reloaded = shop_lab.reload(replaced(shop(), "value=\"one\"", "value=\"two\""));
    INFO(reloaded.err << lab.log());
    REQUIRE(reloaded.code == 0);
    REQUIRE(eventually(
        [&] { return shop_lab.done() == "meta-data http, reload-agent http, monitor_1000 http"; }));
    // It is what it was started with from now on: a restart of cped finds nothing to do.
    lab.kill_cped();
    lab.start_cped();
    REQUIRE(eventually([&] { return lab.state_of("shop") == "running"; }));
    const auto starts = lab.cell(
        "select count(*) from actions where operation in ('start', 'stop', 'reload-agent') and id "
        "> " +
        shop_lab.last);
    CHECK(starts == "1");
}

TEST_CASE("a changed monitor interval only begins the monitor anew", "[e2e]") {
    Shop shop_lab;
    auto& lab = shop_lab.lab;
    lab.create_running("shop", shop());
    const auto reloaded = shop_lab.reload(replaced(shop(), "type=\"Dummy\" monitor_interval=\"2s\"",
                                                   "type=\"Dummy\" monitor_interval=\"3s\""));
    INFO(reloaded.err << lab.log());
    REQUIRE(reloaded.code == 0);
    REQUIRE(eventually([&] { return shop_lab.done() == "monitor_3000 sql"; }));
}

TEST_CASE("a reload takes an assembly out, and brings one in, while the rest runs", "[e2e]") {
    Shop shop_lab;
    auto& lab = shop_lab.lab;
    lab.create_running("shop", shop());
    const int db = lab.init_of("shop", "db");
    const int web = lab.init_of("shop", "web");

    const auto out = shop_lab.reload(without_web(shop()));
    INFO(out.err << lab.log());
    REQUIRE(out.code == 0);
    REQUIRE(eventually(
        [&] { return lab.cell("select count(*) from assemblies where name = 'web'") == "0"; }));
    CHECK(shop_lab.done() == "stop http");
    CHECK(::kill(web, 0) == -1);
    CHECK_FALSE(std::filesystem::exists(lab.state_dir() / "local/default/shop/web"));
    CHECK(run({"sh", "-c", "ls -R " + lab.state_dir().string() + "/local | grep -c web"}).out ==
          "0\n");
    CHECK(lab.cell("select count(*) from services where name = 'http'") == "0");

    const auto in = shop_lab.reload(shop());
    INFO(in.err << lab.log());
    REQUIRE(in.code == 0);
    CHECK(lab.state_of("shop") == "running");
    CHECK(lab.init_of("shop", "web") > 0);
    CHECK(lab.init_of("shop", "db") == db);
    REQUIRE(eventually(
        [&] { return shop_lab.done() == "monitor http, start http, monitor_1000 http"; }));
}

TEST_CASE("cped dies in the midst of a reload, and goes on with it", "[e2e]") {
    Shop shop_lab;
    auto& lab = shop_lab.lab;
    lab.create_running("shop", shop());
    const auto next = replaced(without_web(shop()), "192.0.2.10", "192.0.2.11");
    REQUIRE(
        lab.ctl({"deployable", "reload", "shop", lab.document("next", next), "--no-wait"}).code ==
        0);
    lab.kill_cped();
    lab.start_cped();
    REQUIRE(eventually([&] {
        return lab.cell("select count(*) from assemblies where name = 'web'") == "0" &&
               lab.state_of("shop") == "running";
    }));
    REQUIRE(eventually([&] { return shop_lab.has_address("192.0.2.11"); }));
    CHECK_FALSE(shop_lab.has_address("192.0.2.10"));
    CHECK(lab.cell("select count(*) from actions where service = 'sql' and operation in ('start', "
                   "'stop')") == "1");
}

TEST_CASE("a document that no reload can take changes nothing, and the answer says why", "[e2e]") {
    Shop shop_lab;
    auto& lab = shop_lab.lab;
    lab.create_running("shop", shop());
    const auto events = lab.cell("select count(*) from events where kind = 'configuration_change'");
    struct {
        const char *from, *to;
        int code;
        const char* told;
    } const wrong[] = {
        {"uuid=\"s-1\"", "uuid=\"s-2\"", 5, "uuid"},
        {"name=\"shop\"", "name=\"other\"", 5, "name"},
        {"uuid=\"s-web\"", "uuid=\"s-w\"", 1, "a reload cannot change its uuid"},
        {"uuid=\"s-web\"", "uuid=\"s-web\" provider=\"metal\"", 5, "metal"},
        {"first=\"rsc_db_sql\"", "first=\"rsc_db_nobody\"", 5, "rsc_db_nobody"},
        {"class=\"ocf\"", "class=\"upstart\"", 5, "upstart"},
    };
    for (const auto& each : wrong) {
        const auto refused = shop_lab.reload(replaced(shop(), each.from, each.to));
        INFO(each.told << ": " << refused.err);
        CHECK(refused.code == each.code);
        CHECK(refused.err.find(each.told) != std::string::npos);
    }
    CHECK(shop_lab.done() == "");
    CHECK(lab.cell("select count(*) from events where kind = 'configuration_change'") == events);
    const auto nobody = lab.document("next", replaced(shop(), "name=\"shop\"", "name=\"nobody\""));
    CHECK(lab.ctl({"deployable", "reload", "nobody", nobody}).code == 4);
}

TEST_CASE("a file of the configuration that changed while cped was down is reloaded", "[e2e]") {
    Shop shop_lab;
    auto& lab = shop_lab.lab;
    const auto file = lab.document("shop", shop());
    lab.kill_cped();
    lab.configure("deployables: [{file: " + file + ", start: true}]\n");
    lab.start_cped();
    REQUIRE(eventually([&] { return lab.state_of("shop") == "running"; }));

    // The same file: nothing is done.
    REQUIRE(lab.terminate_cped() == 0);
    lab.start_cped();
    REQUIRE(eventually([&] { return lab.state_of("shop") == "running"; }));
    const std::string reloads = "select count(*) from events where state = 'reloaded'";
    CHECK(lab.cell(reloads) == "0");

    REQUIRE(lab.terminate_cped() == 0);
    std::ofstream(file) << replaced(without_web(shop()), "192.0.2.10", "192.0.2.11");
    lab.start_cped();
    REQUIRE(eventually([&] {
        return lab.cell("select count(*) from assemblies where name = 'web'") == "0" &&
               lab.state_of("shop") == "running" && shop_lab.has_address("192.0.2.11");
    }));
    CHECK_FALSE(shop_lab.has_address("192.0.2.10"));
    CHECK(lab.cell(reloads) == "1");
    CHECK(lab.cell("select count(*) from actions where service = 'sql' and operation in ('start', "
                   "'stop')") == "1");
}
