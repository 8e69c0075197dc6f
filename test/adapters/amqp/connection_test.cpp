// Our client against our server over a real Unix socket.
#include "loop.hpp"

#include <catch2/catch.hpp>

#include <unistd.h>

using namespace cpe;
using namespace cpe::amqp;

namespace {

Message text_message(const std::string& text) {
    Message message;
    message.body() = text;
    return message;
}

/// One request, waited for.
Result<Message> ask(test::EchoServer& server, Client& client, const std::string& node,
                    const std::string& text, Millis deadline = Millis(10'000)) {
    std::optional<Result<Message>> answer;
    client.request(node, text_message(text), deadline, [&](auto result) { answer = result; });
    REQUIRE(server.loop.run_until([&] { return answer.has_value(); }));
    return *answer;
}

}  // namespace

TEST_CASE("a request is answered, and the peer is known by its credentials") {
    test::EchoServer server;
    const auto client = server.connect();
    REQUIRE(client);
    const auto answer = ask(server, *client, "echo", "hello");
    REQUIRE(answer.has_value());
    CHECK(as_string(answer->body()) == "hello");
    REQUIRE(server.state.peers.size() == 1);
    CHECK(server.state.peers[0].uid == ::getuid());
    CHECK(server.state.peers[0].pid == ::getpid());
}

TEST_CASE("many requests in flight are all answered, each with its own answer") {
    test::EchoServer server;
    const auto client = server.connect();
    REQUIRE(client);
    int right = 0;
    for (int i = 0; i < 250; ++i)
        client->request("echo", text_message(std::to_string(i)), Millis(10'000),
                        [&, i](auto result) {
                            if (result && as_string(result->body()) == std::to_string(i)) ++right;
                        });
    CHECK(server.loop.run_until([&] { return right == 250; }));
}

TEST_CASE("an unknown node refuses the request with not_found") {
    test::EchoServer server;
    const auto client = server.connect();
    REQUIRE(client);
    const auto answer = ask(server, *client, "nowhere", "hello");
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().code == Errc::not_found);
    CHECK(ask(server, *client, "echo", "still here").has_value());
}

TEST_CASE("a handler that throws ends its own connection and no other") {
    test::EchoServer server;
    const auto bystander = server.connect();
    const auto victim = server.connect();
    REQUIRE(bystander);
    REQUIRE(victim);
    std::optional<Condition> why;
    victim->on_disconnected([&](const auto& condition) { why = condition; });
    const auto link = victim->sender("throw");
    REQUIRE(server.loop.run_until([&] { return why.has_value(); }));
    CHECK(why->name == "amqp:internal-error");
    CHECK_FALSE(link->is_open());
    CHECK(ask(server, *bystander, "echo", "unharmed").has_value());
    REQUIRE_FALSE(server.log.empty());
    CHECK(server.log[0].find("attached to throw") != std::string::npos);
}
