#include "adapters/openstack/json.hpp"
#include "adapters/openstack/servers.hpp"
#include "adapters/openstack/yaml.hpp"

#include "test/adapters/openstack/recorded.hpp"

using namespace cpe;
using namespace cpe::openstack;
namespace json = boost::json;

namespace {

std::string wrong_with(void (*change)(json::object& server)) {
    auto body = test::recorded_exchange("server-active").at("answered").at("body");
    change(body.at("server").as_object());
    const auto server = read_server(body);
    return server ? "fine" : server.error().line();
}

constexpr const char* prefix = "protocol: the answer makes no sense: ";

}  // namespace

TEST_CASE("a field of another type is a fault that names it") {
    CHECK(wrong_with([](json::object& server) { server["status"] = 5; }) ==
          prefix + std::string("server.status is no text"));
    CHECK(wrong_with([](json::object& server) { server.erase("id"); }) ==
          prefix + std::string("server.id is missing"));
    CHECK(wrong_with([](json::object& server) { server["id"] = ""; }) ==
          prefix + std::string("server.id is empty"));
    CHECK(wrong_with([](json::object& server) { server["OS-EXT-STS:task_state"] = false; }) ==
          prefix + std::string("server.OS-EXT-STS:task_state is no text"));
    CHECK(wrong_with([](json::object& server) { server["updated"] = "yesterday"; }) ==
          prefix + std::string("server.updated is no time"));
    CHECK(wrong_with([](json::object& server) { server["tags"] = json::array{1}; }) ==
          prefix + std::string("server.tags has something that is no text"));
    CHECK(wrong_with([](json::object& server) { server["OS-EXT-STS:power_state"] = 1.5; }) ==
          prefix + std::string("server.OS-EXT-STS:power_state is no whole number"));
    CHECK(wrong_with([](json::object& server) { server["addresses"] = json::array(); }) ==
          prefix + std::string("server.addresses is no object"));
    CHECK(wrong_with([](json::object& server) { server["metadata"].as_object()["a"] = 1; }) ==
          prefix + std::string("server.metadata.a is no text"));
    CHECK(wrong_with([](json::object& server) { server["locked"] = "no"; }) ==
          prefix + std::string("server.locked is neither true nor false"));
}

TEST_CASE("a status that nobody knows yet is unknown, and told as it is") {
    auto body = test::recorded_exchange("server-active").at("answered").at("body");
    body.at("server").as_object()["status"] = "LEVITATING";
    const auto server = read_server(body);
    REQUIRE(server.has_value());
    CHECK(server->status == ServerStatus::unknown);
    CHECK(server->status_text == "LEVITATING");
    CHECK_FALSE(server->settled_in(ServerStatus::active));
}

TEST_CASE("a server that boots from a volume has no image") {
    auto body = test::recorded_exchange("server-active").at("answered").at("body");
    body.at("server").as_object()["image"] = "";
    CHECK(read_server(body)->image_id.empty());
}

TEST_CASE("JSON that is none, too deep or of another shape is refused") {
    CHECK(parse_json("<html>").error().kind == FaultKind::protocol);
    CHECK(parse_json("").error().kind == FaultKind::protocol);
    CHECK(parse_json("{}{}").error().kind == FaultKind::protocol);
    CHECK_FALSE(parse_json(std::string(100'000, '[')).has_value());
    CHECK(parse_json(std::string(max_json_depth, '[') + std::string(max_json_depth, ']'))
              .has_value());
    CHECK(read_server(json::value(5)).error().kind == FaultKind::protocol);
    CHECK(read_server_page(json::parse(R"({"servers": {}})")).error().message ==
          "the answer makes no sense: servers is no list");
}

TEST_CASE("YAML with aliases and merge keys is unfolded, but not without end") {
    const auto document = parse_yaml("a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  k: 3\nc: *x\n");
    REQUIRE(document.has_value());
    CHECK(document->find("b")->find("k")->text == "3");
    CHECK(document->find("b")->find("l")->text == "2");
    CHECK(document->find("c")->find("k")->text == "1");

    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 9; ++i) {
        const auto name = "a" + std::to_string(i);
        const auto before = "*a" + std::to_string(i - 1);
        bomb += name + ": &" + name + " [";
        for (int k = 0; k < 10; ++k) bomb += before + ", ";
        bomb += before + "]\n";
    }
    CHECK(parse_yaml(bomb).error().what == "there are more than 20000 values");
    CHECK(parse_yaml("a: 1\na: 2\n").error().line() == "line 2: a key stands there twice");
    CHECK_FALSE(parse_yaml(std::string(50'000, '[')).has_value());
    CHECK_FALSE(parse_yaml("a: &x [*x]").has_value());
    CHECK_FALSE(parse_yaml("a: 'b").has_value());
    CHECK(parse_yaml("").has_value());
}
