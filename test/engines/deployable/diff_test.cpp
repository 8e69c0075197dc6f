// What is told of the differences between two versions.
#include "engines/deployable/diff.hpp"
#include "test/engines/deployable/versions.hpp"

using namespace cpe;
using namespace cpe::test;

namespace {

std::string told(const std::string& old, const std::string& fresh) {
    return deployable::summary(deployable::differences(model(old), model(fresh)));
}

std::string told_of_service(const std::string& old, const std::string& fresh) {
    return told(document(assembly("web", old)), document(assembly("web", fresh)));
}

}  // namespace

TEST_CASE("the same document has no difference, whatever its lines and white space") {
    const auto text = document(assembly("web", service("s", "<parameter name='a' value='1'/>")));
    CHECK(told(text, "\n\n" + text) == "nothing is different");
}

TEST_CASE("what was removed is told first, then what was added, then what changed") {
    const auto old = document(
        assembly("db", service("sql") + service("backup")) + assembly("cache", service("redis")),
        order("rsc_db_sql", "rsc_db_backup"));
    const auto fresh =
        document(assembly("db", service("sql", "", "monitor_interval='20'")) + assembly("web"), "");
    CHECK(told(old, fresh) ==
          "assembly cache removed; service db/backup removed; service cache/redis removed; "
          "dependency rsc_db_sql -> rsc_db_backup removed; assembly web added; "
          "service db/sql changed: monitor_interval 10s -> 20s");
}

TEST_CASE("each attribute of a service is told by its name") {
    const struct {
        const char *old, *fresh, *told;
    } rows[] = {
        {"monitor_interval='10'", "", "monitor_interval 10s -> none"},
        {"", "start_timeout='90'", "start_timeout 60s -> 90s"},
        {"stop_timeout='5'", "stop_timeout='500ms'", "stop_timeout 5s -> 500ms"},
        {"", "monitor_timeout='5'", "monitor_timeout 20s -> 5s"},
        {"", "provider='pacemaker'", "provider heartbeat -> pacemaker"},
        {"", "escalation_failures='3' escalation_period='60'", "escalation never -> 3 in 60s"},
    };
    for (const auto& row : rows)
        CHECK(told_of_service(service("s", "", row.old), service("s", "", row.fresh)) ==
              "service web/s changed: " + std::string(row.told));
    CHECK(told_of_service(service("s", "", ""), service("s", "", "", "Stateful")) ==
          "service web/s changed: type Dummy -> Stateful");
    CHECK(told_of_service(service("s", "", ""), "<service name='s' class='lsb' type='Dummy'/>") ==
          "service web/s changed: class ocf -> lsb, provider heartbeat -> none");
}

TEST_CASE("parameters are told by name, their values never") {
    const auto text = told_of_service(
        service("s",
                "<parameter name='user' value='x'/><parameter name='password' value='old'/>"
                "<parameter name='kept' value='1'/>"),
        service("s",
                "<parameter name='kept' value='1'/><parameter name='password' value='new'/>"
                "<parameter name='port' value='80'/>"));
    CHECK(text ==
          "service web/s changed: parameter user removed, parameter password, "
          "parameter port added");
    const std::string address =
        "<parameter name='ip'><reference assembly='web' parameter='ipaddress'/></parameter>";
    const std::string hostname =
        "<parameter name='ip'><reference assembly='web' parameter='hostname'/></parameter>";
    CHECK(told_of_service(service("s", address), service("s", address)) == "nothing is different");
    for (const auto& other : {hostname, std::string("<parameter name='ip' value='10.0.0.1'/>")})
        CHECK(told_of_service(service("s", address), service("s", other)) ==
              "service web/s changed: parameter ip");
}

TEST_CASE("a service that moves between assemblies is removed and added") {
    CHECK(told(document(assembly("a", service("s")) + assembly("b")),
               document(assembly("a") + assembly("b", service("s")))) ==
          "service a/s removed; service b/s added");
}

TEST_CASE("assemblies and the deployable itself") {
    CHECK(told(document(assembly("a", "", "image='one'")),
               document(assembly("a", "",
                                 "image='two' escalation_failures='2' "
                                 "escalation_period='9'"))) ==
          "assembly a changed: image one -> two, escalation never -> 2 in 9s");
    CHECK(told(document(assembly("a"), "", "name='shop' uuid='u' provider='local'"),
               document(assembly("a"), "", "name='shop' uuid='u' username='me'")) ==
          "the deployable changed: username none -> me, provider local -> none");
}

TEST_CASE("a summary stays short") {
    std::string services;
    for (int i = 0; i < 25; ++i) services += service("s" + std::to_string(i));
    const auto text = told_of_service("", services);
    CHECK(text.ends_with("service web/s9 added; and 15 more"));
}

TEST_CASE("leftovers of earlier reloads are no difference") {
    auto old = model(document(assembly("a", service("s") + service("gone")) + assembly("left")));
    old.assemblies[0].services[1].retired = true;
    old.assemblies[1].leaving = true;
    const auto fresh = model(document(assembly("a", service("s"))));
    CHECK(deployable::differences(old, fresh).empty());
    CHECK(deployable::summary(deployable::differences(
              old, model(document(assembly("a", service("s")) + assembly("left"))))) ==
          "assembly left added");
}
