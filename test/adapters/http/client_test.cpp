#include "adapters/http/client.hpp"

#include "test/adapters/http/loop.hpp"
#include "test/adapters/http/server.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>

#include <catch2/catch.hpp>

#include <vector>

using namespace cpe;
using namespace std::chrono_literals;
using cpe::test::Asked;
using cpe::test::Told;
using Fault = cpe::test::Told::Fault;

namespace {

struct Peers {
    explicit Peers(test::HttpServer::Answer answer)
        : server(loop.get_executor(),
                 [this, answer = std::move(answer)](const Asked& asked) {
                     seen.push_back(asked);
                     return answer(asked);
                 }),
          client(loop.get_executor(), {}) {}

    [[nodiscard]] http::Request request(const std::string& path) const {
        http::Request made;
        made.url = server.url() + path;
        made.deadline = std::chrono::steady_clock::now() + 60s;
        return made;
    }
    http::Reply<http::Response> send(http::Request request) {
        return test::run(loop, client.send(std::move(request)));
    }

    std::vector<Asked> seen;
    boost::asio::io_context loop;
    test::HttpServer server;
    http::Client client;
};

Told hello(const Asked& /*asked*/) {
    return {200, {{"X-Name", " value "}}, "hello"};
}

Told faulty(Fault fault) {
    Told told;
    told.body = "hello, you";
    told.fault = fault;
    return told;
}

}  // namespace

TEST_CASE("an answer comes with its status, headers and body") {
    Peers peers(hello);
    const auto response = peers.send(peers.request("/a?b=c"));
    REQUIRE(response.has_value());
    CHECK(response->status == 200);
    CHECK(response->header("x-name") == "value");
    CHECK(response->header("x-other").empty());
    CHECK(response->body == "hello");
    REQUIRE(peers.seen.size() == 1);
    CHECK(peers.seen[0].method == "GET");
    CHECK(peers.seen[0].target == "/a?b=c");
}

TEST_CASE("methods, headers and bodies arrive as they were given") {
    Peers peers(hello);
    for (const char* method : {"GET", "POST", "PUT", "DELETE"}) {
        auto request = peers.request("/");
        request.method = method;
        request.headers.push_back({"X-Auth-Token", "secret"});
        if (request.method != "GET" && request.method != "DELETE") request.body = "{\"a\":1}";
        REQUIRE(peers.send(std::move(request)).has_value());
        CHECK(peers.seen.back().method == method);
        CHECK(peers.seen.back().headers.at("x-auth-token") == "secret");
        CHECK(peers.seen.back().headers.count("expect") == 0);
        const bool has_body = std::string(method).front() == 'P';
        CHECK(peers.seen.back().body == (has_body ? "{\"a\":1}" : ""));
    }
}

TEST_CASE("a connection is used again, except for what must not be sent twice") {
    Peers peers(hello);
    for (int i = 0; i < 5; ++i) REQUIRE(peers.send(peers.request("/")).has_value());
    CHECK(peers.server.connections() == 1);
    auto once = peers.request("/");
    once.method = "POST";
    once.once = true;
    REQUIRE(peers.send(std::move(once)).has_value());
    CHECK(peers.server.connections() == 2);
}

TEST_CASE("a kept connection that is dead is replaced, but for what must not be sent twice") {
    Peers peers([](const Asked& asked) {
        return asked.method == "POST" ? faulty(Fault::close) : faulty(Fault::close_if_reused);
    });
    REQUIRE(peers.send(peers.request("/")).has_value());
    REQUIRE(peers.send(peers.request("/")).has_value());
    CHECK(peers.server.connections() == 2);
    peers.seen.clear();
    auto once = peers.request("/");
    once.method = "POST";
    once.once = true;
    const auto failed = peers.send(std::move(once));
    REQUIRE_FALSE(failed.has_value());
    CHECK(failed.error().kind == http::FailureKind::unreachable);
    CHECK(failed.error().sent);
    CHECK(peers.seen.size() == 1);
}

TEST_CASE("a redirect is an answer and is not followed") {
    Peers peers([](const Asked&) { return Told{302, {{"Location", "/elsewhere"}}, ""}; });
    const auto response = peers.send(peers.request("/"));
    REQUIRE(response.has_value());
    CHECK(response->status == 302);
    CHECK(peers.seen.size() == 1);
}

TEST_CASE("an answer that breaks off is no answer") {
    const auto fault = GENERATE(Fault::cut_off, Fault::close);
    Peers peers([&](const Asked&) { return faulty(fault); });
    const auto failed = peers.send(peers.request("/"));
    REQUIRE_FALSE(failed.has_value());
    CHECK(failed.error().kind == http::FailureKind::unreachable);
    CHECK(failed.error().sent);
}

TEST_CASE("what does not speak HTTP is told as such") {
    Told told;
    told.raw = "220 smtp.example ESMTP\r\n";
    Peers peers([&](const Asked&) { return told; });
    const auto failed = peers.send(peers.request("/"));
    REQUIRE_FALSE(failed.has_value());
    CHECK(failed.error().kind == http::FailureKind::broken);
    auto other = peers.request("/");
    other.url = "file:///etc/passwd";
    const auto refused = peers.send(std::move(other));
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == http::FailureKind::broken);
    CHECK_FALSE(refused.error().sent);
}

TEST_CASE("where nobody listens nothing was sent") {
    Peers peers(hello);
    auto request = peers.request("/");
    peers.server.stop();
    const auto failed = peers.send(std::move(request));
    REQUIRE_FALSE(failed.has_value());
    CHECK(failed.error().kind == http::FailureKind::unreachable);
    CHECK_FALSE(failed.error().sent);
    CHECK(failed.error().message.find("127.0.0.1") != std::string::npos);
}

TEST_CASE("the deadline ends a request that nobody answers, and the client goes on") {
    Peers peers([](const Asked& asked) {
        return faulty(asked.target == "/slow" ? Fault::silence : Fault::none);
    });
    auto slow = peers.request("/slow");
    slow.deadline = std::chrono::steady_clock::now() + 50ms;
    const auto failed = peers.send(std::move(slow));
    REQUIRE_FALSE(failed.has_value());
    CHECK(failed.error().kind == http::FailureKind::timeout);
    CHECK(failed.error().sent);
    CHECK(peers.send(peers.request("/")).has_value());
    auto late = peers.request("/");
    late.deadline = std::chrono::steady_clock::now() - 1s;
    const auto unsent = peers.send(std::move(late));
    REQUIRE_FALSE(unsent.has_value());
    CHECK(unsent.error().kind == http::FailureKind::timeout);
    CHECK_FALSE(unsent.error().sent);
}

TEST_CASE("bodies and headers over their limit are refused") {
    Peers peers([](const Asked& asked) {
        if (asked.target == "/body") return Told{200, {}, std::string(2000, 'x')};
        return Told{200, {{"X-Long", std::string(http::max_headers, 'x')}}, ""};
    });
    auto limited = peers.request("/body");
    limited.body_limit = 2000;
    CHECK(peers.send(limited).has_value());
    limited.body_limit = 1999;
    const auto failed = peers.send(limited);
    REQUIRE_FALSE(failed.has_value());
    CHECK(failed.error().kind == http::FailureKind::too_large);
    CHECK(failed.error().message == "the answer is over 1999 bytes");
    const auto headers = peers.send(peers.request("/headers"));
    REQUIRE_FALSE(headers.has_value());
    CHECK(headers.error().kind == http::FailureKind::too_large);
}

TEST_CASE("many requests at once keep to the limit of connections") {
    Peers peers(hello);
    int done = 0;
    for (int i = 0; i < 50; ++i)
        boost::asio::co_spawn(peers.loop, peers.client.send(peers.request("/")),
                              [&](std::exception_ptr, http::Reply<http::Response> reply) {
                                  REQUIRE(reply.has_value());
                                  ++done;
                              });
    test::run_until(peers.loop, [&] { return done >= 50; });
    CHECK(peers.server.connections() <= http::ClientOptions{}.connections);
}

TEST_CASE("closing the client ends what is under way") {
    Peers peers([](const Asked&) { return faulty(Fault::silence); });
    std::vector<http::FailureKind> ends;
    for (int i = 0; i < 3; ++i)
        boost::asio::co_spawn(peers.loop, peers.client.send(peers.request("/")),
                              [&](std::exception_ptr, http::Reply<http::Response> reply) {
                                  ends.push_back(reply.error().kind);
                              });
    test::run_until(peers.loop, [&] { return peers.seen.size() >= 3; });
    peers.client.close();
    test::run_until(peers.loop, [&] { return ends.size() >= 3; });
    CHECK(ends == std::vector(3, http::FailureKind::cancelled));
    const auto after = peers.send(peers.request("/"));
    REQUIRE_FALSE(after.has_value());
    CHECK(after.error().kind == http::FailureKind::cancelled);
}

TEST_CASE("a caller's cancellation ends its request alone") {
    Peers peers([](const Asked& asked) {
        return faulty(asked.target == "/slow" ? Fault::silence : Fault::none);
    });
    boost::asio::cancellation_signal signal;
    std::optional<http::FailureKind> end;
    boost::asio::co_spawn(
        peers.loop, peers.client.send(peers.request("/slow")),
        boost::asio::bind_cancellation_slot(
            signal.slot(), [&](std::exception_ptr, http::Reply<http::Response> reply) {
                end = reply.error().kind;
            }));
    test::run_until(peers.loop, [&] { return !peers.seen.empty(); });
    signal.emit(boost::asio::cancellation_type::terminal);
    test::run_until(peers.loop, [&] { return end.has_value(); });
    CHECK(end == http::FailureKind::cancelled);
    CHECK(peers.send(peers.request("/")).has_value());
}

TEST_CASE("a loop that goes down under a request takes it along") {
    Peers peers([](const Asked&) { return faulty(Fault::silence); });
    boost::asio::co_spawn(peers.loop, peers.client.send(peers.request("/")),
                          [](std::exception_ptr, http::Reply<http::Response>) {});
    test::run_until(peers.loop, [&] { return !peers.seen.empty(); });
}  // no leak, no crash (the sanitizers' builds)
