#include "adapters/openstack/catalog.hpp"
#include "adapters/openstack/encoding.hpp"
#include "adapters/openstack/microversion.hpp"
#include "adapters/openstack/retry.hpp"
#include "adapters/openstack/secret.hpp"
#include "adapters/openstack/servers.hpp"
#include "adapters/openstack/supplies.hpp"
#include "adapters/openstack/timestamp.hpp"
#include "adapters/openstack/token.hpp"

#include <boost/json/parse.hpp>

#include <catch2/catch.hpp>

using namespace cpe;
using namespace cpe::openstack;
namespace json = boost::json;

namespace {

Catalog catalog() {
    return {{"compute", "public", "north", "https://north/compute/v2.1"},
            {"compute", "internal", "north", "http://10.0.0.1:8774/v2.1"},
            {"compute", "public", "south", "https://south/compute/v2.1"},
            {"image", "public", "north", "https://north/image"}};
}

std::string found(Service service, const char* interface, const char* region) {
    const auto url = find_endpoint(catalog(), service, interface, region);
    return url ? *url : url.error().line();
}

std::string root(Service service, const char* url) {
    const auto made = service_root(service, url);
    return made ? *made : made.error().line();
}

}  // namespace

TEST_CASE("an endpoint is chosen by type, interface and region") {
    CHECK(found(Service::compute, "public", "north") == "https://north/compute/v2.1");
    CHECK(found(Service::compute, "internal", "") == "http://10.0.0.1:8774/v2.1");
    CHECK(found(Service::image, "public", "") == "https://north/image");
    CHECK(found(Service::compute, "public", "") ==
          "bad request: the catalog has several regions, so one must be named: north, south");
    CHECK(found(Service::compute, "public", "east") ==
          "bad request: the catalog's compute service has no region 'east' (but north, south)");
    CHECK(found(Service::compute, "admin", "north") ==
          "bad request: the catalog's compute service has no interface 'admin' (but internal, "
          "public)");
    CHECK(found(Service::network, "public", "north") ==
          "bad request: the catalog has no network service");
}

TEST_CASE("a service's root has its version once, whatever the catalog's URL") {
    CHECK(root(Service::compute, "http://n:8774/v2.1") == "http://n:8774/v2.1");
    CHECK(root(Service::compute, "http://n:8774/v2.1/") == "http://n:8774/v2.1");
    CHECK(root(Service::compute, "http://n:8774") == "http://n:8774/v2.1");
    CHECK(root(Service::compute, "http://n/compute") == "http://n/compute/v2.1");
    CHECK(root(Service::compute, "http://n:8774/v2") == "http://n:8774/v2.1");
    CHECK(root(Service::compute, "http://n/v2.1/4b6fd88b") == "http://n/v2.1/4b6fd88b");
    CHECK(root(Service::image, "http://g:9292") == "http://g:9292/v2");
    CHECK(root(Service::image, "http://g:9292/v2/") == "http://g:9292/v2");
    CHECK(root(Service::network, "http://q:9696") == "http://q:9696/v2.0");
    CHECK(root(Service::network, "http://q:9696/v2.0") == "http://q:9696/v2.0");
    CHECK(root(Service::network, "ftp://q") ==
          "bad request: the catalog's URL makes no sense: ftp://q");
    CHECK(versions_url("http://n:8774/v2.1") == "http://n:8774/v2.1/");
    CHECK(versions_url("http://n/v2.1/4b6fd88b") == "http://n/v2.1/");
}

TEST_CASE("Keystone's root is that of v3") {
    CHECK(*identity_root("http://k:5000") == "http://k:5000/v3");
    CHECK(*identity_root("https://k/identity/v3/") == "https://k/identity/v3");
    CHECK_FALSE(identity_root("http://k:5000/v2.0").has_value());
    CHECK_FALSE(identity_root("k:5000").has_value());
}

TEST_CASE("the microversion is the newest that both sides know") {
    const auto chosen = [](const char* lowest, const char* highest) {
        json::object version;
        version["min_version"] = lowest;
        version["version"] = highest;
        json::object document;
        document["version"] = version;
        const auto answer = choose_microversion(document);
        return answer ? text_of(*answer) : answer.error().line();
    };
    CHECK(chosen("2.1", "2.93") == "2.79");
    CHECK(chosen("2.1", "2.60") == "2.60");
    CHECK(chosen("2.1", "2.37") == "2.37");
    CHECK(chosen("2.79", "3.2") == "2.79");
    CHECK(chosen("2.1", "2.36") ==
          "bad request: Nova speaks 2.1 to 2.36, but what is needed is one of 2.37 to 2.79");
    CHECK(chosen("2.80", "2.99") ==
          "bad request: Nova speaks 2.80 to 2.99, but what is needed is one of 2.37 to 2.79");
    CHECK(chosen("2.1", "") ==
          "protocol: the answer makes no sense: Nova's versions are not of the form 2.79");
    CHECK(Microversion{2, 9} < Microversion{2, 10});
    CHECK_FALSE(parse_microversion("2.-1").has_value());
}

TEST_CASE("times are read in all forms that OpenStack writes") {
    const WallTime time{1'795'341'539'000};
    CHECK(parse_timestamp("2026-11-22T09:58:59Z") == time);
    CHECK(parse_timestamp("2026-11-22T09:58:59.000000Z") == time);
    CHECK(parse_timestamp("2026-11-22T09:58:59.000000") == time);
    CHECK(parse_timestamp("2026-11-22T09:58:59+00:00") == time);
    CHECK(parse_timestamp("2026-11-22T09:58:59.25Z") == WallTime{time.ms + 250});
    CHECK(parse_http_date("Sun, 22 Nov 2026 09:58:59 GMT") == time);
    CHECK(format_timestamp(time) == "2026-11-22T09:58:59Z");
    CHECK(format_timestamp(WallTime{-1}) == "1969-12-31T23:59:59Z");
    for (const char* wrong :
         {"", "2026", "2026-13-22T09:58:59Z", "2026-02-30T09:58:59Z", "2026-11-22T24:58:59Z",
          "2026-11-22T09:58:59.Z", "2026-11-22T09:58:59+02:00", "-026-11-22T09:58:59Z"})
        CHECK_FALSE(parse_timestamp(wrong).has_value());
}

TEST_CASE("encodings") {
    CHECK(base64("") == "");
    CHECK(base64("M") == "TQ==");
    CHECK(base64("Ma") == "TWE=");
    CHECK(base64("Man") == "TWFu");
    CHECK(base64(std::string("\xff\x00\x10", 3)) == "/wAQ");
    CHECK(percent_encoded("a b/c?d=e&\xc3\xa9~") == "a%20b%2Fc%3Fd%3De%26%C3%A9~");
}

TEST_CASE("a query asks for what the list shall hold, and what comes is looked through again") {
    ServerQuery query;
    CHECK(list_query(query, 0).empty());
    query.name = "web.1";
    query.tags = {"cpe", "d 1"};
    query.metadata = {{"cpe:assembly", "web"}};
    query.changes_since = WallTime{1'795'341'539'000};
    CHECK(list_query(query, 100) ==
          "name=%5Eweb%5C.1%24&tags=cpe%2Cd%201&changes-since=2026-11-22T09%3A58%3A59Z&limit=100");
    Server server;
    server.name = "web.1";
    server.tags = {"d 1", "cpe"};
    server.metadata = {{"cpe:assembly", "web"}, {"other", "x"}};
    CHECK(matches(server, query));
    query.metadata["cpe:assembly"] = "db";
    CHECK_FALSE(matches(server, query));
    query.metadata.clear();
    query.tags.push_back("more");
    CHECK_FALSE(matches(server, query));
    query.tags.clear();
    query.name = "web";
    CHECK_FALSE(matches(server, query));
}

TEST_CASE("a create holds what was wanted, in the version that is spoken") {
    NewServer server;
    server.name = "web \"1\"";
    server.image_id = "image-1";
    server.flavor_id = "2";
    CHECK(*create_body(server, newest_nova) ==
          R"({"server":{"name":"web \"1\"","imageRef":"image-1","flavorRef":"2",)"
          R"("networks":"auto","config_drive":false}})");
    server.network_ids = {"n1", "n2"};
    server.user_data = "#cloud-config\n";
    server.metadata = {{"cpe:assembly", "web"}};
    server.key_name = "cpe";
    server.config_drive = true;
    server.tags = {"t1"};
    server.security_groups = {"web"};
    const std::string before_tags =
        R"({"server":{"name":"web \"1\"","imageRef":"image-1","flavorRef":"2",)"
        R"("networks":[{"uuid":"n1"},{"uuid":"n2"}],"config_drive":true,)"
        R"("user_data":"I2Nsb3VkLWNvbmZpZwo=","key_name":"cpe",)"
        R"("metadata":{"cpe:assembly":"web"},)";
    CHECK(*create_body(server, newest_nova) ==
          before_tags + R"("tags":["t1"],"security_groups":[{"name":"web"}]}})");
    CHECK(*create_body(server, Microversion{2, 51}) ==
          before_tags + R"("security_groups":[{"name":"web"}]}})");
    server.user_data.assign(max_user_data + 1, 'x');
    CHECK(create_body(server, newest_nova).error().line() ==
          "bad request: user_data has 49150 bytes, Nova takes 49149");
    server.user_data.clear();
    server.metadata["key"] = std::string(256, 'x');
    CHECK(create_body(server, newest_nova).error().kind == FaultKind::bad_request);
}

TEST_CASE("a rebuild replaces user_data where Nova can") {
    Rebuild rebuild;
    rebuild.image_id = "i";
    CHECK(*rebuild_body(rebuild, oldest_nova) == R"({"rebuild":{"imageRef":"i"}})");
    rebuild.user_data = "x";
    CHECK(*rebuild_body(rebuild, newest_nova) ==
          R"({"rebuild":{"imageRef":"i","user_data":"eA=="}})");
    CHECK(rebuild_body(rebuild, Microversion{2, 56}).error().kind == FaultKind::bad_request);
}

TEST_CASE("what is called alike must be named by its id") {
    const auto images = json::parse(R"({"images": [
        {"id": "1", "name": "debian", "status": "active"},
        {"id": "2", "name": "debian", "status": "deactivated"},
        {"id": "3", "name": "fedora", "status": "active"},
        {"id": "4", "name": "fedora", "status": "active"}]})");
    CHECK(choose_image(images, "debian")->id == "1");
    CHECK(choose_image(images, "fedora").error().line() ==
          "bad request: 2 active images are called 'fedora': name the one that is meant by its id");
    CHECK(choose_image(images, "arch").error().line() ==
          "not found: there is no active image 'arch'");
    Flavor first;
    first.id = "1";
    first.name = "2";
    Flavor second;
    second.id = "2";
    second.name = "small";
    CHECK(choose_flavor({first, second}, "2")->name == "small");
    CHECK(choose_flavor({first, second}, "small")->id == "2");
    CHECK(is_uuid("7a043b67-71d6-4d39-9f1a-7645bd10d7ea"));
    CHECK_FALSE(is_uuid("7a043b67-71d6-4d39-9f1a-7645bd10d7eg"));
}

TEST_CASE("a login names who and for what, and quotes what would break out") {
    Access access;
    PasswordLogin login;
    login.user.name = "demo";
    login.user_domain.name = "Default";
    login.password = Secret(std::string("p\"w\\\n"));
    login.project.id = "4b6f";
    login.project_domain.id = "default";
    access.login = std::move(login);
    CHECK(login_body(access) ==
          R"({"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"demo",)"
          R"("domain":{"name":"Default"},"password":"p\"w\\\u000a"}}},)"
          R"("scope":{"project":{"id":"4b6f"}}}})");
    ApplicationCredential credential;
    credential.credential.id = "b0de";
    credential.secret = Secret(std::string("s"));
    access.login = std::move(credential);
    CHECK(login_body(access) == R"({"auth":{"identity":{"methods":["application_credential"],)"
                                R"("application_credential":{"id":"b0de","secret":"s"}}}})");
    ApplicationCredential named;
    named.credential.name = "cpe";
    named.user.name = "demo";
    named.user_domain.id = "default";
    named.secret = Secret(std::string("s"));
    access.login = std::move(named);
    CHECK(login_body(access) == R"({"auth":{"identity":{"methods":["application_credential"],)"
                                R"("application_credential":{"name":"cpe","user":{"name":"demo",)"
                                R"("domain":{"id":"default"}},"secret":"s"}}}})");
}

TEST_CASE("a token is replaced before it ends") {
    CHECK(renewal_margin(Millis(8'000)) == Millis(2'000));
    CHECK(renewal_margin(Millis(3'600'000)) == Millis(300'000));
}

TEST_CASE("a secret is wiped where it comes from, and moves") {
    std::string text = "short";
    const char* where = text.data();
    Secret secret(std::move(text));
    CHECK(std::string(where, 5) == std::string(5, '\0'));
    Secret moved(std::move(secret));
    CHECK(moved.reveal() == "short");
    CHECK(moved.copy().reveal() == "short");
}

namespace {

Failed failure(FaultKind kind, int status, bool carried_out, bool passing) {
    Failed made;
    made.fault.kind = kind;
    made.fault.status = status;
    made.carried_out = carried_out;
    made.passing = passing;
    return made;
}

}  // namespace

TEST_CASE("a failed request is made again only where that can help and does no harm") {
    constexpr Millis first{500};
    Trial trial;
    trial.left = Millis(60'000);
    auto refused = failure(FaultKind::server_fault, 503, false, true);
    const auto unclear = failure(FaultKind::unreachable, 0, true, true);
    CHECK(delay_before_retry(refused, trial, first, 0) == Millis(250));
    CHECK_FALSE(delay_before_retry(unclear, trial, first, 0).has_value());
    trial.repeatable = true;
    CHECK(delay_before_retry(unclear, trial, first, 0.5) == Millis(375));
    CHECK_FALSE(delay_before_retry(failure(FaultKind::conflict, 409, false, false), trial, first, 0)
                    .has_value());
    refused.fault.retry_after = Millis(7'000);
    CHECK(delay_before_retry(refused, trial, first, 0) == Millis(7'000));
    refused.fault.retry_after = Millis(60'000);
    CHECK_FALSE(delay_before_retry(refused, trial, first, 0).has_value());
    trial.attempt = max_attempts;
    CHECK_FALSE(delay_before_retry(unclear, trial, first, 0).has_value());
}

TEST_CASE("backoff doubles up to its limit, with jitter below") {
    CHECK(backoff(1, Millis(500), Millis(10'000), 0) == Millis(250));
    CHECK(backoff(3, Millis(500), Millis(10'000), 0) == Millis(1'000));
    CHECK(backoff(1'000, Millis(500), Millis(10'000), 0) == Millis(5'000));
    CHECK(backoff(1'000, Millis(500), Millis(10'000), 0.999) == Millis(9'995));
}
