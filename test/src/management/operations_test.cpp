// Management operations over a real socket, by our own client.
#include "server_fixture.hpp"

#include "src/management/types.hpp"

#include <proton/binary.hpp>
#include <proton/scalar.hpp>

#include <cerrno>

using namespace cpe;
using namespace cpe::amqp;
using namespace cpe::management;

namespace {

const std::string deployable(deployable_type);
const std::string assembly(assembly_type);
const std::string service(service_type);
const std::string daemon_type(cpe_type);

Value body(const Map& map) {
    return to_value(map);
}

std::string text(const Map& map, const char* key) {
    return as_string(at(map, key)).value_or("?");
}

std::vector<std::string> strings(const Value& list) {
    std::vector<std::string> texts;
    for (const auto& value : as_list(list).value_or(List{}))
        texts.push_back(as_string(value).value_or("?"));
    return texts;
}

}  // namespace

TEST_CASE("a deployable is created, read, started, stopped and deleted") {
    test::ManagementFixture fixture;
    const auto created =
        fixture.ask("CREATE", deployable, {},
                    body({{"document", "<deployable name=\"shop\"/>"}, {"start", true}}));
    CHECK(created.status == 201);
    CHECK(text(created.map(), "name") == "shop");
    CHECK(text(created.map(), "tenant") == "default");
    CHECK(text(created.map(), "identity") == "default/shop");
    CHECK(fixture.ask("READ", deployable, {{"name", "shop"}}).status == 200);
    const auto started = fixture.ask("START", deployable, {{"name", "shop"}});
    CHECK(started.status == 200);
    CHECK(text(started.map(), "state") == "starting");
    CHECK(fixture.ask("STOP", deployable, {{"identity", "default/shop"}}).status == 200);
    const auto deleted = fixture.ask("DELETE", deployable, {{"name", "shop"}});
    CHECK(deleted.status == 204);
    CHECK(deleted.map().empty());
    CHECK(fixture.ask("READ", deployable, {{"name", "shop"}}).status == 404);
    CHECK(fixture.control.calls ==
          std::vector<std::string>{"create default start=1 by uid 0", "start default/shop by uid 0",
                                   "stop default/shop by uid 0", "remove shop by uid 0"});
}

TEST_CASE("what is wrong is answered with its status and one line") {
    test::ManagementFixture fixture;
    add_shop(fixture.control);
    struct Case {
        std::string operation, type;
        std::map<std::string, proton::scalar> properties;
        Value body;
        int status;
        std::string says;
    };
    const std::vector<Case> cases = {
        {"", deployable, {}, {}, 400, "operation"},
        {"FROB", deployable, {}, {}, 501, "FROB"},
        {"UPDATE", service, {{"name", "shop/daemon"}}, {}, 501, "UPDATE"},
        {"UPDATE", deployable, {{"name", "none"}}, {}, 404, "none"},
        {"UPDATE",
         deployable,
         {{"name", "shop"}},
         body({{"maintenance", true}, {"frob", 1}}),
         400,
         "'frob': is no attribute"},
        {"UPDATE",
         deployable,
         {{"name", "shop"}},
         body({{"maintenance", true}, {"state", "running"}}),
         400,
         "'state': cannot be updated"},
        {"UPDATE", assembly, {{"name", "shop/db"}}, body({{"maintenance", 1}}), 400, "a boolean"},
        {"UPDATE", assembly, {{"name", "shop/none"}}, body({{"maintenance", true}}), 404, "none"},
        {"RELOAD", deployable, {{"name", "shop"}}, {}, 400, "'document'"},
        {"RELOAD", deployable, {{"name", "none"}}, body({{"document", "x"}}), 404, "none"},
        {"RELEASE", deployable, {{"name", "none"}}, {}, 404, "none"},
        {"FAULT", deployable, {{"name", "shop"}}, {}, 400, "'fault'"},
        {"FAULT",
         deployable,
         {{"name", "shop"}},
         body({{"fault", "frob"}}),
         400,
         "none of dpe-exception, tick-abort, tick-crash, tick-hang"},
        {"RESTART", assembly, {{"name", "shop/none"}}, {}, 404, "none"},
        {"CONFIRM-DOWN", assembly, {{"name", "shop"}}, {}, 400, "deployable/name"},
        {"RETRY", service, {{"name", "shop/none"}}, {}, 404, "none"},
        {"RETRY", service, {{"name", "shop/web/none"}}, {}, 404, "web/none"},
        {"RETRY", service, {{"name", "shop/a/b/c"}}, {}, 400, "shop/a/b/c"},
        {"RETRY",
         service,
         {{"name", "shop/daemon"}},
         {},
         400,
         "give one of rsc_db_daemon, rsc_web_daemon"},
        {"READ", "org.example.thing", {{"name", "x"}}, {}, 404, "org.example.thing"},
        {"READ", deployable, {}, {}, 400, "'name'"},
        {"READ", deployable, {{"name", "none"}}, {}, 404, "none"},
        {"READ", deployable, {{"name", "a/b"}}, {}, 400, "a/b"},
        {"READ", deployable, {{"name", std::int32_t{5}}}, {}, 400, "must be a string"},
        {"READ", deployable, {{"name", std::string(5000, 'x')}}, {}, 400, "too long"},
        {"READ", "", {{"name", "shop"}}, {}, 501, "READ"},
        {"CREATE", deployable, {}, {}, 400, "'document'"},
        {"CREATE", deployable, {}, Value("text"), 400, "map"},
        {"CREATE", deployable, {}, body({{"document", 5}}), 400, "must be a string"},
        {"CREATE", deployable, {}, body({{"document", "x"}, {"start", "yes"}}), 400, "boolean"},
        {"CREATE", deployable, {}, body({{"document", "<other/>"}}), 400, "root element"},
        {"CREATE",
         deployable,
         {},
         body({{"document", "<deployable name=\"shop\"/>"}}),
         409,
         "shop"},
        {"CREATE", deployable, {}, body({{"document", "throw"}}), 500, "internal"},
        {"START", deployable, {{"name", "none"}}, {}, 404, "none"},
        {"READ", assembly, {{"name", "shop/none"}}, {}, 404, "none"},
        {"READ", assembly, {{"name", "shop"}}, {}, 400, "deployable/name"},
        {"READ", service, {{"name", "shop/daemon"}}, {}, 400, "more than one"},
        {"QUERY", "", {{"entityType", "org.example.thing"}}, {}, 404, "org.example.thing"},
        {"QUERY", "", {{"offset", "x"}}, {}, 400, "offset"},
        {"QUERY", deployable, {{"count", std::int32_t{-1}}}, {}, 400, "count"},
        {"QUERY", deployable, {}, body({{"attributeNames", 7}}), 400, "attributeNames"},
        {"SQL", daemon_type, {}, {}, 400, "'query'"},
        {"SQL", daemon_type, {}, body({{"query", "rubbish"}}), 400, "syntax error"},
        {"SQL", daemon_type, {}, body({{"query", "many"}}), 400, "LIMIT"},
    };
    for (const auto& entry : cases) {
        INFO(entry.operation << " of " << entry.type << ", expected " << entry.says);
        const auto reply = fixture.ask(entry.operation, entry.type, entry.properties, entry.body);
        CHECK(reply.status == entry.status);
        INFO(reply.description);
        CHECK(reply.description.find(entry.says) != std::string::npos);
        CHECK(reply.description.find('\n') == std::string::npos);
    }
    REQUIRE_FALSE(fixture.lines.empty());
    CHECK(fixture.lines.back().find("a bug in the registry") != std::string::npos);
}

TEST_CASE("attributes are the JSON keys of the command line's contract") {
    test::ManagementFixture fixture;
    add_shop(fixture.control);
    const auto shop = fixture.ask("READ", deployable, {{"name", "shop"}}).map();
    CHECK(text(shop, "uuid") == "11-22");
    CHECK(text(shop, "state") == "running");
    CHECK(as_int(at(shop, "since")) == 1'700'000'000'001);
    CHECK(as_uint(at(shop, "transition")) == 5U);
    CHECK(as_uint(at(shop, "memory")) == 12'345U);
    REQUIRE(as_list(at(shop, "assemblies")).value_or(List{}).size() == 2);
    const auto db = as_map(as_list(at(shop, "assemblies"))->front()).value_or(Map{});
    CHECK(text(db, "name") == "db");
    CHECK(text(db, "instance_state") == "running");
    CHECK(as_int(at(db, "heartbeat")) == 1'700'000'000'003);

    const auto web = fixture.ask("READ", assembly, {{"name", "shop/web"}}).map();
    CHECK(text(web, "deployable") == "shop");
    CHECK(text(web, "tenant") == "default");
    CHECK(text(web, "identity") == "default/shop/web");
    const auto rsc = fixture.ask("READ", service, {{"name", "shop/rsc_web_daemon"}}).map();
    CHECK(strings(at(rsc, "assemblies")) == std::vector<std::string>{"web"});
    CHECK(at(rsc, "last_checked").empty());
    CHECK(as_int(at(rsc, "failures")) == 2);

    const auto daemon = fixture.ask("READ", daemon_type, {{"name", "cped"}}).map();
    CHECK(text(daemon, "version") == "1.2.3");
    CHECK(as_int(at(daemon, "loop_lag_max")) == 3);
    const auto tenant = fixture.ask("READ", std::string(tenant_type), {{"name", "default"}}).map();
    CHECK(as_uint(at(tenant, "deployables")) == 1U);
}

TEST_CASE("every attribute that a type promises is there, and no other") {
    test::ManagementFixture fixture;
    add_shop(fixture.control);
    for (const auto& type : entity_types()) {
        const std::string name(type.name);
        const auto reply = fixture.ask("QUERY", "org.amqp.management", {{"entityType", name}});
        REQUIRE(reply.status == 200);
        CHECK(strings(at(reply.map(), "attributeNames")) ==
              std::vector<std::string>(type.attributes.begin(), type.attributes.end()));
    }
    const auto shop = fixture.ask("READ", deployable, {{"name", "shop"}}).map();
    CHECK(shop.size() == find_type(deployable_type)->attributes.size());
    const auto db = fixture.ask("READ", assembly, {{"name", "shop/db"}}).map();
    CHECK(db.size() == find_type(assembly_type)->attributes.size());
    const auto rsc = fixture.ask("READ", service, {{"name", "shop/rsc_db_daemon"}}).map();
    CHECK(rsc.size() == find_type(service_type)->attributes.size());
}

TEST_CASE("the operator's hand: each request is one call, the answer is the entity as it is") {
    test::ManagementFixture fixture;
    add_shop(fixture.control);
    const auto act = [](Wish wish, const std::string& rest) {
        return "act " + std::to_string(static_cast<int>(wish)) + " on shop/" + rest + " by uid 0";
    };
    struct Case {
        std::string operation, type, name;
        Value body;
        std::string shown, call;
    };
    for (const auto& [operation, type, name, asked, shown, call] : std::vector<Case>{
             {"RELOAD", deployable, "shop", body({{"document", "<new/>"}}), "shop",
              "reload shop with <new/> by uid 0"},
             {"RELEASE", deployable, "shop", {}, "shop", "release shop by uid 0"},
             {"FAULT", deployable, "shop", body({{"fault", "tick-crash"}}), "shop",
              "fault 2 in shop by uid 0"},
             {"UPDATE", deployable, "shop", body({{"maintenance", true}}), "shop",
              act(Wish::maintenance_on, "")},
             {"UPDATE", deployable, "shop", body({{"maintenance", Value{}}}), "shop",
              act(Wish::maintenance_off, "")},
             {"UPDATE", assembly, "shop/db", body({{"maintenance", false}}), "db",
              act(Wish::maintenance_off, "db")},
             {"CONFIRM-DOWN", assembly, "shop/db", {}, "db", act(Wish::confirm_down, "db")},
             {"RESTART", assembly, "shop/web", {}, "web", act(Wish::restart_assembly, "web")},
             {"TRUST", assembly, "shop/web", {}, "web", act(Wish::trust, "web")},
             {"RETRY",
              service,
              "shop/rsc_web_daemon",
              {},
              "daemon",
              act(Wish::retry_service, "rsc_web_daemon")},
             {"RETRY",
              service,
              "shop/db/daemon",
              {},
              "daemon",
              act(Wish::retry_service, "rsc_db_daemon")},
         }) {
        INFO(operation << " " << name);
        const auto reply = fixture.ask(operation, type, {{"name", name}}, asked);
        CHECK(reply.status == 200);
        CHECK(text(reply.map(), "name") == shown);
        CHECK(fixture.control.calls.back() == call);
    }
    const auto calls = fixture.control.calls.size();
    CHECK(fixture.ask("UPDATE", assembly, {{"identity", "default/shop/db"}}).status == 200);
    CHECK(fixture.control.calls.size() == calls);
}

TEST_CASE("maintenance is an attribute: of an assembly, and of a deployable that is all in it") {
    test::ManagementFixture fixture;
    add_shop(fixture.control);
    auto& shop = fixture.control.deployables.begin()->second;
    const auto shown = [&](const std::string& type, const std::string& name) {
        return as_bool(at(fixture.ask("READ", type, {{"name", name}}).map(), "maintenance"));
    };
    shop.assemblies[0].state = AssemblyState::maintenance;
    CHECK(shown(assembly, "shop/db") == true);
    CHECK(shown(assembly, "shop/web") == false);
    CHECK(shown(deployable, "shop") == false);
    shop.assemblies[1].state = AssemblyState::maintenance;
    CHECK(shown(deployable, "shop") == true);
}

TEST_CASE("QUERY gives pages in a stable order") {
    test::ManagementFixture fixture;
    for (int i = 0; i < 25; ++i)
        add_shop(fixture.control, i % 2 ? "acme" : "default", "shop" + std::to_string(10 + i));
    const auto names = body({{"attributeNames", to_value(List{Value("tenant"), Value("name")})}});
    std::vector<std::string> seen;
    for (std::int32_t offset = 0;; offset += 10) {
        const auto page =
            fixture.ask("QUERY", deployable, {{"offset", offset}, {"count", 10}}, names);
        REQUIRE(page.status == 200);
        const auto rows = as_list(at(page.map(), "results")).value_or(List{});
        CHECK(as_int(property(page.message, "count")) == std::int64_t(rows.size()));
        if (rows.empty()) break;
        for (const auto& row : rows) seen.push_back(strings(row)[0] + "/" + strings(row)[1]);
    }
    REQUIRE(seen.size() == 25);
    CHECK(std::is_sorted(seen.begin(), seen.end()));
    CHECK(seen.front() == "acme/shop11");

    const auto acme = fixture.ask("QUERY", assembly, {{"tenant", "acme"}, {"deployable", "shop11"}},
                                  body({{"attributeNames", to_value(List{Value("name")})}}));
    const auto rows = as_list(at(acme.map(), "results")).value_or(List{});
    REQUIRE(rows.size() == 2);
    CHECK(strings(rows[0]) == std::vector<std::string>{"db"});
}

TEST_CASE("an answer never outgrows what a message can hold") {
    test::ManagementFixture fixture;
    for (int i = 0; i < 60; ++i) add_shop(fixture.control, "default", "shop" + std::to_string(i));
    auto& big = fixture.control.deployables.begin()->second;
    for (int i = 0; i < 1'400; ++i) big.assemblies.push_back(big.assemblies.front());
    big.assemblies[0].name = "first";
    const auto whole = fixture.ask("QUERY", deployable);
    CHECK(whole.status == 200);
    const auto count = as_int(property(whole.message, "count")).value_or(0);
    CHECK(count >= 1);
    CHECK(count < 60);

    for (int i = 0; i < 1'000; ++i) big.assemblies.push_back(big.assemblies.back());
    CHECK(fixture.ask("READ", deployable, {{"name", big.key.name}}).status == 400);
    CHECK(fixture.ask("QUERY", deployable, {{"count", 1}}).status == 400);
    const auto flat = fixture.ask("QUERY", deployable, {},
                                  body({{"attributeNames", to_value(List{Value("name")})}}));
    INFO(flat.description);
    CHECK(flat.status == 200);
    CHECK(as_int(property(flat.message, "count")).value_or(-1) == 60);
}

TEST_CASE("SQL answers a table with every kind of value") {
    test::ManagementFixture fixture;
    const auto reply = fixture.ask("SQL", daemon_type, {}, body({{"query", "select 1"}}));
    REQUIRE(reply.status == 200);
    CHECK(strings(at(reply.map(), "columns")).size() == 5);
    const auto rows = as_list(at(reply.map(), "rows")).value_or(List{});
    REQUIRE(rows.size() == 2);
    const auto row = as_list(rows[1]).value_or(List{});
    CHECK(as_int(row[0]) == 1);
    CHECK(as_string(row[1]) == "kind1");
    CHECK(as_double(row[2]) == 0.5);
    CHECK(row[3].empty());
    CHECK(row[4].type() == proton::BINARY);
    CHECK(fixture.control.calls.back() == "sql '' select 1");
}

TEST_CASE("the operations of 2011 answer 200 with an errno") {
    test::ManagementFixture fixture;
    add_shop(fixture.control);
    struct Case {
        std::string operation, name, uuid;
        std::uint32_t rc;
    };
    for (const auto& [operation, name, uuid, rc] : std::vector<Case>{
             {"deployable_start", "shop", "11-22", 0},
             {"deployable_start", "shop", "", 0},
             {"deployable_stop", "", "11-22", 0},
             {"deployable_stop", "shop", "33", EINVAL},
             {"deployable_stop", "none", "", ENOENT},
             {"deployable_stop", "", "", EINVAL},
             {"deployable_reload", "shop", "", EINVAL},
             {"deployable_reload", "none", "", ENOENT},
         }) {
        INFO(operation << " " << name << " " << uuid);
        const auto reply =
            fixture.ask(operation, daemon_type, {},
                        body({{"name", name}, {"uuid", uuid}, {"monitor", "agent"}}));
        CHECK(reply.status == 200);
        CHECK(at(reply.map(), "rc").type() == proton::UINT);
        CHECK(as_uint(at(reply.map(), "rc")) == rc);
        CHECK((reply.description == "OK") == (rc == 0));
    }
    fixture.control.startup_files = true;
    const auto reloaded =
        fixture.ask("deployable_reload", daemon_type, {}, body({{"uuid", "11-22"}}));
    CHECK(as_uint(at(reloaded.map(), "rc")) == 0U);
    CHECK(fixture.control.calls.back() == "reload_file shop by uid 0");
}

TEST_CASE("the node describes itself") {
    test::ManagementFixture fixture;
    const std::string node = "org.amqp.management";
    CHECK(fixture.ask("GET-TYPES", node).map().size() == entity_types().size());
    const auto attributes = fixture.ask("GET-ATTRIBUTES", node, {{"entityType", service}}).map();
    REQUIRE(attributes.size() == 1);
    CHECK(strings(attributes.begin()->second).size() == find_type(service)->attributes.size());
    const auto operations = fixture.ask("GET-OPERATIONS", node).map();
    const auto of_deployable = as_map(at(operations, deployable)).value_or(Map{});
    CHECK(strings(at(of_deployable, "CREATE")) ==
          std::vector<std::string>{"document", "start", "tenant"});
    CHECK(fixture.ask("GET-ANNOTATIONS", node).status == 200);
    CHECK(strings(fixture.ask("GET-MGMT-NODES", node).body) ==
          std::vector<std::string>{"$management"});
    CHECK(fixture.ask("GET-TYPES", node, {{"entityType", "x"}}).status == 404);
}
