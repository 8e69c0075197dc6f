#include "adapters/openstack/cloud.hpp"

#include "test/adapters/openstack/replay.hpp"

#include <catch2/catch.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

using namespace cpe;
using namespace cpe::openstack;
using cpe::test::soon;
using cpe::test::Told;
using Fixture = cpe::test::ReplayClient;
namespace json = boost::json;

namespace {

/// One page of the recorded servers, [from, to), with a link where more is to come.
Told page(const Fixture& fixture, std::size_t from, std::size_t to, const std::string& next) {
    Told told = fixture.recorded("servers");
    auto body = json::parse(told.body).as_object();
    const auto all = body.at("servers").as_array();
    json::array part;
    for (std::size_t i = from; i < to; ++i) part.push_back(all.at(i));
    body["servers"] = part;
    body.erase("servers_links");
    if (!next.empty()) {
        json::object link;
        link["rel"] = "next";
        link["href"] = next;
        body["servers_links"] = json::array{link};
    }
    told.body = json::serialize(body);
    return told;
}

constexpr const char* list = "GET /compute/v2.1/servers/detail";
const std::string action = std::string("POST /compute/v2.1/servers/") + test::web + "/action";

}  // namespace

TEST_CASE("a server is shown: one login, one look at the versions, one request") {
    Fixture f;
    for (int i = 0; i < 3; ++i) {
        const auto server = f.run(f.cloud.server(test::web, soon()));
        REQUIRE(server.has_value());
        CHECK(server->name == "web-1");
        CHECK(server->settled_in(ServerStatus::active));
    }
    CHECK(f.count(test::login) == 1);
    CHECK(f.count(test::versions) == 1);
    CHECK(f.count(test::show_web()) == 3);
    const auto asked = f.last(test::show_web());
    CHECK(asked.headers.at("x-auth-token") == "s3cret-token-1");
    CHECK(asked.headers.at("openstack-api-version") == "compute 2.79");
    CHECK(f.cloud.counters().requests == 5);
    CHECK(f.server.connections() == 1);
}

TEST_CASE("a server that is not there is not found") {
    Fixture f;
    const auto server = f.run(f.cloud.server("11111111-2222-3333-4444-555555555555", soon()));
    REQUIRE_FALSE(server.has_value());
    CHECK(server.error().line() ==
          "not found (404): Instance "
          "11111111-2222-3333-4444-555555555555 could not be found.");
}

TEST_CASE("a list follows its pages, but never to another server") {
    Fixture f;
    f.next(list, {page(f, 0, 2, "http://elsewhere.invalid/v2.1/servers/detail?limit=2&marker=m1"),
                  page(f, 1, 3, "")});
    ServerQuery query;
    query.tags = {};
    const auto servers = f.run(f.cloud.servers(query, soon()));
    REQUIRE(servers.has_value());
    CHECK(servers->size() == 3);  // one came twice
    CHECK(f.last(list).target == "/compute/v2.1/servers/detail?limit=2&marker=m1");
}

TEST_CASE("pages that lead in a circle end in a fault") {
    Fixture f;
    f.answer(list, page(f, 0, 1, "/servers/detail?marker=m1"));
    const auto servers = f.run(f.cloud.servers({}, soon()));
    REQUIRE_FALSE(servers.has_value());
    CHECK(servers.error().kind == FaultKind::protocol);
}

TEST_CASE("a list holds what was asked for, whatever the cloud filters") {
    Fixture f;
    f.answer(list, "servers-changes-since");
    ServerQuery query;
    query.metadata = {{"cpe:assembly", "web"}};
    query.changes_since = WallTime{0};
    CHECK(f.run(f.cloud.servers(query, soon()))->size() == 1);
    CHECK(f.last(list).target ==
          "/compute/v2.1/servers/detail?changes-since=1970-01-01T00%3A00%3A00Z");
    query.metadata = {{"cpe:assembly", "db"}};
    CHECK(f.run(f.cloud.servers(query, soon()))->empty());
}

TEST_CASE("a server is created") {
    Fixture f;
    f.answer("POST /compute/v2.1/servers", "create");
    NewServer wanted;
    wanted.name = "web-1";
    wanted.image_id = "7a043b67-71d6-4d39-9f1a-7645bd10d7ea";
    wanted.flavor_id = "1";
    wanted.network_ids = {"cdddd3ca-5491-4940-84c0-addcbf6b9527"};
    wanted.user_data = "#cloud-config\nruncmd: [[touch, /tmp/hello]]\n";
    wanted.metadata = {{"cpe:assembly", "web"}, {"cpe:deployable", "d1"}};
    wanted.key_name = "k1795341536";
    wanted.config_drive = true;
    wanted.tags = {"cpe"};
    const auto id = f.run(f.cloud.create_server(wanted, soon()));
    REQUIRE(id.has_value());
    CHECK(*id == test::web);
    const auto sent = json::parse(f.last("POST /compute/v2.1/servers").body);
    const auto real = json::parse(R"({"server": {"name": "web-1",
        "imageRef": "7a043b67-71d6-4d39-9f1a-7645bd10d7ea", "flavorRef": "1",
        "networks": [{"uuid": "cdddd3ca-5491-4940-84c0-addcbf6b9527"}],
        "key_name": "k1795341536",
        "metadata": {"cpe:assembly": "web", "cpe:deployable": "d1"}, "tags": ["cpe"],
        "user_data": "I2Nsb3VkLWNvbmZpZwpydW5jbWQ6IFtbdG91Y2gsIC90bXAvaGVsbG9dXQo=",
        "config_drive": true}})");
    CHECK(sent == real);
}

TEST_CASE("why a server is not created is told as the cloud says it") {
    Fixture f;
    const auto refused = [&](const char* recorded) {
        f.answer("POST /compute/v2.1/servers", recorded);
        const auto id = f.run(f.cloud.create_server({}, soon()));
        REQUIRE_FALSE(id.has_value());
        return id.error().line();
    };
    CHECK(refused("create-over-quota") ==
          "quota (403): Quota exceeded for instances: Requested 1, "
          "but already used 7 of 7 instances");
    CHECK(refused("create-no-such-image").rfind("bad request (400): ", 0) == 0);
    CHECK(f.count("POST /compute/v2.1/servers") == 2);
}

TEST_CASE("actions are sent as Nova wants them") {
    Fixture f;
    f.answer(action, "stop");
    const auto sent = [&](Cloud::Awaited<> work) {
        REQUIRE(f.run(std::move(work)).has_value());
        return f.last(action).body;
    };
    CHECK(sent(f.cloud.stop_server(test::web, soon())) == R"({"os-stop":null})");
    CHECK(sent(f.cloud.start_server(test::web, soon())) == R"({"os-start":null})");
    CHECK(sent(f.cloud.reboot_server(test::web, Reboot::soft, soon())) ==
          R"({"reboot":{"type":"SOFT"}})");
    CHECK(sent(f.cloud.reboot_server(test::web, Reboot::hard, soon())) ==
          R"({"reboot":{"type":"HARD"}})");
    Rebuild rebuild;
    rebuild.image_id = "i1";
    f.answer(action, "rebuild");
    CHECK(sent(f.cloud.rebuild_server(test::web, rebuild, soon())) ==
          R"({"rebuild":{"imageRef":"i1"}})");
    f.answer(action, "stop-when-stopped");
    const auto conflict = f.run(f.cloud.stop_server(test::web, soon()));
    REQUIRE_FALSE(conflict.has_value());
    CHECK(conflict.error().kind == FaultKind::conflict);
}

TEST_CASE("a server, a port and a key pair are deleted, and none without a name") {
    Fixture f;
    Told gone;
    gone.status = 204;
    const auto server = std::string("DELETE /compute/v2.1/servers/") + test::web;
    f.answer(server, gone);
    f.answer("DELETE /network/v2.0/ports/p1", gone);
    f.answer("DELETE /compute/v2.1/os-keypairs/a%2Fb", gone);
    CHECK(f.run(f.cloud.delete_server(test::web, soon())).has_value());
    CHECK(f.run(f.cloud.delete_port("p1", soon())).has_value());
    CHECK(f.run(f.cloud.delete_key_pair("a/b", soon())).has_value());
    CHECK(f.count(server) == 1);
    const auto before = f.seen.size();
    CHECK(f.run(f.cloud.delete_server("", soon())).error().kind == FaultKind::bad_request);
    CHECK(f.run(f.cloud.ports("", soon())).error().kind == FaultKind::bad_request);
    CHECK(f.seen.size() == before);
    f.answer(server, "delete-again");
    CHECK(f.run(f.cloud.delete_server(test::web, soon())).error().kind == FaultKind::not_found);
}

TEST_CASE("key pairs, ports and limits") {
    Fixture f;
    f.answer("POST /compute/v2.1/os-keypairs", "key-pair-import");
    const auto pair = f.run(f.cloud.import_key_pair("k", "ssh-ed25519 AAAA", soon()));
    REQUIRE(pair.has_value());
    CHECK(pair->name == "k1795341536");
    CHECK(f.last("POST /compute/v2.1/os-keypairs").body ==
          R"({"keypair":{"name":"k","type":"ssh","public_key":"ssh-ed25519 AAAA"}})");
    Told ports;
    ports.body = R"({"ports": [{"id": "p1", "device_id": "d", "network_id": "n",
        "status": "ACTIVE", "mac_address": "fa:16:3e:6d:a8:e9",
        "fixed_ips": [{"subnet_id": "s", "ip_address": "10.0.0.5"}]}]})";
    f.answer("GET /network/v2.0/ports", ports);
    const auto found = f.run(f.cloud.ports("d", soon()));
    REQUIRE(found.has_value());
    REQUIRE(found->size() == 1);
    CHECK(found->front().fixed_ips == std::vector<std::string>{"10.0.0.5"});
    CHECK(f.last("GET /network/v2.0/ports").target == "/network/v2.0/ports?device_id=d");
    ports.body.insert(ports.body.size() - 1, R"(, "ports_links": [{"rel": "next",
        "href": "http://elsewhere.invalid/v2.0/ports?device_id=d&marker=p1"}])");
    f.next("GET /network/v2.0/ports", {ports});
    CHECK(f.run(f.cloud.ports("d", soon()))->size() == 2);  // its second page is the one above
    CHECK(f.last("GET /network/v2.0/ports").target == "/network/v2.0/ports?device_id=d&marker=p1");
    f.answer("GET /compute/v2.1/limits", "limits");
    const auto limits = f.run(f.cloud.limits(soon()));
    REQUIRE(limits.has_value());
    CHECK(limits->instances == Quota{200, 0});
}

TEST_CASE("what is looked up is asked once, however many need it") {
    Fixture f;
    f.answer("GET /image/v2/images", "images-by-name");
    f.answer("GET /compute/v2.1/flavors/detail", "flavors");
    f.answer("GET /network/v2.0/networks", "networks-by-name");
    int done = 0;
    for (int i = 0; i < 20; ++i)
        boost::asio::co_spawn(f.loop, f.cloud.image("tiny", soon()),
                              [&](std::exception_ptr, Answer<Image> image) {
                                  REQUIRE(image.has_value());
                                  CHECK(image->id == "7a043b67-71d6-4d39-9f1a-7645bd10d7ea");
                                  ++done;
                              });
    test::run_until(f.loop, [&] { return done >= 20; });
    CHECK(f.count("GET /image/v2/images") == 1);
    CHECK(f.count(test::login) == 1);
    CHECK(f.run(f.cloud.flavor("m1.small", soon()))->id == "2");
    CHECK(f.run(f.cloud.flavor("2", soon()))->name == "m1.small");
    CHECK(f.run(f.cloud.network("private", soon()))->id == "cdddd3ca-5491-4940-84c0-addcbf6b9527");
    CHECK(f.run(f.cloud.network("cdddd3ca-5491-4940-84c0-addcbf6b9527", soon()))->name ==
          "private");
    CHECK(f.run(f.cloud.flavor("m1.none", soon())).error().kind == FaultKind::not_found);
    f.cloud.forget_lookups();
    CHECK(f.run(f.cloud.image("tiny", soon())).has_value());
    CHECK(f.count("GET /image/v2/images") == 2);
}

TEST_CASE("an older Nova is spoken to in its own version, and gets no tags") {
    Fixture f;
    Told version = f.recorded("nova-version");
    version.body.replace(version.body.find("2.93"), 4, "2.51");
    f.answer(test::versions, version);
    f.answer("POST /compute/v2.1/servers", "create");
    NewServer wanted;
    wanted.tags = {"cpe"};
    REQUIRE(f.run(f.cloud.create_server(wanted, soon())).has_value());
    const auto asked = f.last("POST /compute/v2.1/servers");
    CHECK(asked.headers.at("openstack-api-version") == "compute 2.51");
    CHECK(asked.body.find("tags") == std::string::npos);
    CHECK(f.log.back() == "Nova 2.51 takes no tags for a new server: it has none");
}

TEST_CASE("a Nova that became another one is asked for its versions again") {
    Fixture f;
    REQUIRE(f.run(f.cloud.server(test::web, soon())).has_value());
    f.next(test::show_web(), {f.recorded("microversion-too-new")});
    CHECK(f.run(f.cloud.server(test::web, soon())).error().kind == FaultKind::bad_request);
    CHECK(f.run(f.cloud.server(test::web, soon())).has_value());
    CHECK(f.count(test::versions) == 2);
}
