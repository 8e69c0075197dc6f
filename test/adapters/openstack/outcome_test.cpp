// What is not recorded: proxies, limits, other releases.
#include "adapters/openstack/outcome.hpp"

#include "test/adapters/openstack/render.hpp"

#include <catch2/catch.hpp>

using namespace cpe;
using namespace cpe::openstack;

namespace {

http::Response response(int status, std::string body, std::vector<http::Header> headers = {}) {
    http::Response made;
    made.status = status;
    made.body = std::move(body);
    made.headers = std::move(headers);
    return made;
}

std::string told(const http::Response& of) {
    const auto wrong = failed(of);
    return wrong ? test::render(wrong->fault) : "done";
}

}  // namespace

TEST_CASE("a page of somebody else's proves nothing about a server") {
    CHECK(told(response(404, "<html><head><title>404 Not Found</title></head>\n<body></body>")) ==
          "protocol (404): this is no answer of OpenStack's: 404 Not Found");
    CHECK(told(response(404, "")) ==
          "protocol (404): this is no answer of OpenStack's: no reason is given");
    CHECK(told(response(409, R"({"detail": "x"})")) ==
          R"(protocol (409): this is no answer of OpenStack's: {"detail": "x"})");
    CHECK(told(response(302, "")) ==
          "protocol (302): an answer that is not expected here: no reason is given");
    CHECK(told(response(404, R"({"itemNotFound": {"code": 404, "message": "gone"}})")) ==
          "not found (404): gone");
}

TEST_CASE("quotas are told apart from policies and conflicts") {
    CHECK(
        told(response(403, R"({"forbidden": {"code": 403, "message": "Quota exceeded for x"}})")) ==
        "quota (403): Quota exceeded for x");
    CHECK(told(response(409, R"({"NeutronError": {"type": "OverQuota", "message":
          "Quota exceeded for resources: ['port'].", "detail": ""}})")) ==
          "quota (409): Quota exceeded for resources: ['port'].");
    CHECK(told(response(413, R"({"overLimit": {"code": 413, "message": "over quota"}})")) ==
          "quota (413): over quota");
    CHECK(
        told(response(403, R"({"forbidden": {"code": 403, "message": "Policy doesn't allow"}})")) ==
        "forbidden (403): Policy doesn't allow");
}

TEST_CASE("what the cloud wants to wait is honoured in every form") {
    CHECK(told(response(429, "slow down", {{"retry-after", "30"}})) ==
          "rate limited (429): slow down [again after 30000 ms]");
    CHECK(told(response(413,
                        R"({"overLimit": {"code": 413, "message": "rate", "retryAfter": "5"}})")) ==
          "rate limited (413): rate [again after 5000 ms]");
    CHECK(told(response(503, "",
                        {{"retry-after", "Sun, 22 Nov 2026 09:59:05 GMT"},
                         {"date", "Sun, 22 Nov 2026 09:58:55 GMT"}})) ==
          "server fault (503): no reason is given [again after 10000 ms]");
    CHECK(told(response(503, "", {{"retry-after", "soon"}})) ==
          "server fault (503): no reason is given");
    CHECK(told(response(503, "", {{"retry-after", "99999999"}})) ==
          "server fault (503): no reason is given [again after 86400000 ms]");
}

TEST_CASE("words are one line that somebody reads") {
    CHECK(told(response(500, "Traceback:\n\r\n\x01 line")) ==
          "server fault (500): Traceback: line");
    CHECK(told(response(500, std::string(100'000, 'x'))).size() < 600);
}

TEST_CASE("only what was refused before it was begun is known not to be carried out") {
    const auto carried_out = [](int status) { return failed(response(status, ""))->carried_out; };
    CHECK(carried_out(500));
    CHECK(carried_out(502));
    CHECK(carried_out(504));
    CHECK_FALSE(carried_out(503));
    CHECK_FALSE(carried_out(429));
    http::Failure unsent;
    unsent.kind = http::FailureKind::unreachable;
    unsent.sent = false;
    CHECK_FALSE(failed(unsent).carried_out);
    unsent.sent = true;
    CHECK(failed(unsent).carried_out);
    CHECK(failed(unsent).passing);
    unsent.kind = http::FailureKind::tls;
    CHECK_FALSE(failed(unsent).passing);
    CHECK(failed(unsent).fault.kind == FaultKind::unreachable);
}
