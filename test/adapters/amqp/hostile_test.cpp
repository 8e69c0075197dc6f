// Peers that mean harm, against a real listener. After each the server must still serve.
#include "raw_peer.hpp"

#include <catch2/catch.hpp>

#include <fstream>

using namespace cpe;
using namespace cpe::amqp;
namespace wire = test::wire;

namespace {

#if defined(__SANITIZE_ADDRESS__)
/// AddressSanitizer keeps what was freed for a while (quarantine_size_mb, 256 by default).
constexpr std::size_t slack = std::size_t{300} << 20U;
#else
constexpr std::size_t slack = 0;
#endif

const std::string opened = wire::amqp_header + wire::open() + wire::begin();

/// Short enough to be waited for, long enough that honest peers keep them on a busy machine.
Limits quick() {
    Limits limits;
    limits.handshake = Millis(400);
    limits.frame = Millis(400);
    limits.linger = Millis(40);
    limits.write_stall = Millis(150);
    return limits;
}

/// A second, honest client gets an answer.
bool still_serves(test::EchoServer& server) {
    const auto client = server.connect();
    if (!client) return false;
    std::optional<bool> answered;
    Message message;
    message.body("hello");
    client->request("echo", message, Millis(5'000),
                    [&](auto result) { answered = result.has_value(); });
    return server.loop.run_until([&] { return answered.has_value(); }) && *answered;
}

std::size_t resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    std::size_t total = 0;
    std::size_t resident = 0;
    statm >> total >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::size_t open_files() {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

/// Sends, waits until the server has had enough; why it said it closed.
std::string fate(test::EchoServer& server, const std::string& bytes) {
    const std::size_t before = server.state.closed.size();
    test::RawPeer peer(server.loop, server.settings.path);
    peer.send(bytes);
    REQUIRE(peer.wait_closed());
    REQUIRE(server.loop.run_until([&] { return server.state.closed.size() > before; }));
    return server.state.closed.back().name;
}

}  // namespace

TEST_CASE("hostile bytes cost their sender the connection, and nobody else anything") {
    test::EchoServer server(quick());
    const std::string sending = opened + wire::attach("l", 0, wire::no, "sink");
    const std::string framing = "amqp:connection:framing-error";
    CHECK(fate(server, "GET / HTTP/1.0\r\n\r\n") == framing);
    CHECK(fate(server, std::string(100'000, '\xff')) == framing);
    CHECK(fate(server, sending + wire::transfer(0, wire::null, wire::no, wire::message("x"))) ==
          framing);
    CHECK(fate(server, wire::sasl_header + opened) == framing);
    CHECK(fate(server, opened + wire::frame(std::string(70'000, 'x'))) == framing);
    CHECK(fate(server, opened + wire::frame(std::string(60'000, '\0'))) == framing);
    CHECK(server.state.messages.empty());
    CHECK(still_serves(server));
}

TEST_CASE("a slow peer is cut off: nothing sent, half a header, a frame byte by byte") {
    test::EchoServer server(quick());
    CHECK(fate(server, "") == "cped:handshake-timeout");
    CHECK(fate(server, "AMQP") == "cped:handshake-timeout");
    CHECK(fate(server, wire::sasl_header) == "cped:handshake-timeout");
    CHECK(fate(server, wire::amqp_header) == "cped:handshake-timeout");
    CHECK(fate(server, opened + wire::open().substr(0, 9)) == "cped:frame-timeout");
    CHECK(still_serves(server));
}

TEST_CASE("a silent peer is held dead, and one that asks for heartbeats is sent some") {
    Limits limits = quick();
    limits.idle = Millis(100);
    test::EchoServer server(limits);
    CHECK(fate(server, opened) == "amqp:resource-limit-exceeded");
    CHECK(server.state.closed.back().description.find("idle") != std::string::npos);

    test::EchoServer patient(quick());
    test::RawPeer peer(patient.loop, patient.settings.path);
    const std::string heartbeats_wanted = wire::frame(wire::performative(
        0x10, {wire::text("peer"), wire::null, wire::number(65536), wire::null, wire::number(60)}));
    peer.send(wire::amqp_header + heartbeats_wanted);
    const std::string heartbeat = wire::frame("");
    CHECK(peer.wait_for(heartbeat + heartbeat + heartbeat));
}

TEST_CASE("sessions of one connection are bounded") {
    Limits limits = quick();
    limits.max_sessions = 4;
    test::EchoServer server(limits);
    std::string bytes = wire::amqp_header + wire::open();
    for (std::uint8_t channel = 0; channel < 5; ++channel) bytes += wire::begin(channel);
    CHECK_FALSE(fate(server, bytes).empty());
    CHECK(still_serves(server));
}

TEST_CASE("links that come and go leave no memory behind") {
    test::EchoServer server;
    test::RawPeer peer(server.loop, server.settings.path);
    peer.send(opened);
    const auto attach_and_detach = [&](int times) {
        for (int i = 0; i < times; ++i) {
            const char* node = i % 2 ? "sink" : "nowhere";
            peer.send(wire::attach("l", 0, wire::no, node));
            if (!peer.wait_for(std::string("\0\x53\x12", 3))) return false;
            peer.forget();
            peer.send(wire::detach(0));
            if (i % 2 && !peer.wait_for(std::string("\0\x53\x16", 3))) return false;
            peer.forget();
        }
        return true;
    };
    REQUIRE(attach_and_detach(500));
    const std::size_t before = resident_bytes();
    REQUIRE(attach_and_detach(5'000));
    CHECK(resident_bytes() < before + slack + 2 * 1024 * 1024);
}

TEST_CASE("what waits to be sent is bounded over all links of a connection") {
    Limits limits;
    limits.queue_total = 100'000;
    test::EchoServer server(limits);
    test::RawPeer peer(server.loop, server.settings.path);
    peer.send(opened + wire::attach("a", 0, wire::yes, "feed") +
              wire::attach("b", 1, wire::yes, "feed"));
    REQUIRE(server.loop.run_until([&] { return server.state.feeds.size() == 2; }));
    Message message;
    message.body(std::string(40'000, 'x'));
    CHECK(server.state.feeds[0]->send(message));
    CHECK(server.state.feeds[1]->send(message));
    CHECK_FALSE(server.state.feeds[0]->send(message));
    CHECK_FALSE(server.state.feeds[0]->is_open());
    CHECK(server.state.feeds[1]->send(message));  // what the first link held is free again
}

TEST_CASE("a message that never ends is cut off at its limit, and costs no memory") {
    Limits limits = quick();
    limits.max_message = 256 * 1024;
    limits.frame = Millis(5'000);
    test::EchoServer server(limits);
    REQUIRE(still_serves(server));
    const std::size_t before = resident_bytes();
    test::RawPeer peer(server.loop, server.settings.path);
    peer.send(opened + wire::attach("l", 0, wire::no, "sink"));
    const std::string chunk(32'000, 'x');
    std::size_t sent = 0;
    std::uint32_t frames = 0;
    constexpr std::size_t all = 120 * 1024 * 1024;
    const bool cut = server.loop.run_until([&] {
        if (peer.unsent() == 0 && !peer.closed() && sent < all) {
            peer.send(wire::transfer(0, frames++ ? wire::null : wire::number(0), wire::yes, chunk));
            sent += chunk.size();
        }
        return peer.closed() || sent >= all;
    });
    CHECK(cut);
    REQUIRE(server.loop.run_until([&] { return server.state.closed.size() == 2; }));
    CHECK(peer.closed());
    CHECK(sent < 4 * limits.max_message);
    CHECK(server.state.closed.back().name == "amqp:link:message-size-exceeded");
    CHECK(resident_bytes() < before + slack + 16 * 1024 * 1024);
    CHECK(still_serves(server));
}

TEST_CASE("unfinished messages on many links are bounded together") {
    Limits limits = quick();
    limits.frame = Millis(5'000);
    limits.max_message = 100'000;
    limits.max_partial = 150'000;
    test::EchoServer server(limits);
    std::string bytes = opened;
    for (std::uint32_t i = 0; i < 4; ++i) {
        bytes += wire::attach("l" + std::to_string(i), i, wire::no, "sink");
        bytes += wire::transfer(i, wire::number(i), wire::yes, std::string(50'000, 'x'));
    }
    CHECK(fate(server, bytes) == "amqp:resource-limit-exceeded");
}

TEST_CASE("a peer that sends without credit loses the link") {
    test::EchoServer server(quick());
    test::RawPeer peer(server.loop, server.settings.path);
    peer.send(opened + wire::attach("l", 0, wire::no, "sink"));
    REQUIRE(peer.wait_for(wire::flow_mark));
    for (std::uint32_t i = 0; i < 80; ++i)
        peer.send(wire::transfer(0, wire::number(i), wire::no, wire::message("m")));
    CHECK(peer.wait_for("amqp:link:transfer-limit-exceeded"));
    CHECK(server.state.messages.size() == 64);
    CHECK_FALSE(peer.closed());
}

TEST_CASE("what is no message is rejected, and the link lives on") {
    test::EchoServer server(quick());
    test::RawPeer peer(server.loop, server.settings.path);
    std::string nested = wire::null;
    for (int i = 0; i < 3'000; ++i)
        nested = "\xd0" + wire::big_endian(static_cast<std::uint32_t>(nested.size() + 4)) +
                 wire::big_endian(1) + nested;
    peer.send(opened + wire::attach("l", 0, wire::no, "sink"));
    REQUIRE(peer.wait_for(wire::flow_mark));
    peer.send(wire::transfer(0, wire::number(0), wire::no, "") +
              wire::transfer(0, wire::number(1), wire::no, "\x01\x02\x03") +
              wire::transfer(0, wire::number(2), wire::no, std::string("\0\x53\x77", 3) + nested) +
              wire::transfer(0, wire::number(3), wire::no, wire::message("whole")));
    CHECK(peer.wait_for("amqp:decode-error"));
    REQUIRE(server.loop.run_until([&] { return server.state.messages.size() == 1; }));
    CHECK(server.state.messages[0] == "whole");
}

TEST_CASE("links of one connection are bounded") {
    Limits limits = quick();
    limits.max_links = 3;
    test::EchoServer server(limits);
    test::RawPeer peer(server.loop, server.settings.path);
    std::string bytes = opened;
    for (std::uint32_t i = 0; i < 4; ++i)
        bytes += wire::attach("l" + std::to_string(i), i, wire::no, "sink");
    peer.send(bytes);
    CHECK(peer.wait_for("more than 3 links"));
    peer.send(wire::transfer(0, wire::number(0), wire::no, wire::message("first link lives")));
    CHECK(server.loop.run_until([&] { return server.state.messages.size() == 1; }));
}

TEST_CASE("a subscriber that gives credit and never reads costs a bounded queue") {
    Limits limits = quick();
    limits.queue_messages = 100;
    test::EchoServer server(limits);
    test::RawPeer peer(server.loop, server.settings.path, false);
    const std::string credit = wire::frame(wire::performative(
        0x13, {wire::number(0), wire::number(1'000'000), wire::number(0), wire::number(1'000'000),
               wire::number(0), wire::number(0), wire::number(1'000'000)}));
    peer.send(opened + wire::attach("l", 0, wire::yes, "feed") + credit);
    REQUIRE(server.loop.run_until([&] { return !server.state.feeds.empty(); }));
    const auto feed = server.state.feeds[0];
    REQUIRE(server.loop.run_until([&] { return feed->is_open(); }));
    std::optional<Condition> why;
    feed->on_closed([&](const auto& condition) { why = condition; });
    Message message;
    message.body(std::string(2'000, 'x'));
    const std::size_t before = resident_bytes();
    for (int i = 0; i < 100'000 && !why; ++i) {
        feed->send(message);
        server.loop.drain();
    }
    REQUIRE(why.has_value());
    CHECK(why->name == "amqp:resource-limit-exceeded");
    CHECK(resident_bytes() < before + slack + 16 * 1024 * 1024);
    CHECK(server.loop.run_until([&] { return !server.state.closed.empty(); }));
    CHECK(server.state.closed.back().name == "cped:write-timeout");
    CHECK(still_serves(server));
}

TEST_CASE("any identity in the SASL layer is taken, and what follows it at once too") {
    test::EchoServer server(quick());
    for (const char* mechanism : {"ANONYMOUS", "PLAIN", "EXTERNAL"}) {
        INFO(mechanism);
        test::RawPeer peer(server.loop, server.settings.path);
        peer.send(wire::sasl_header + wire::sasl_init(mechanism, std::string("\0who\0what", 9)) +
                  opened + wire::attach("l", 0, wire::no, "sink"));
        REQUIRE(peer.wait_for(wire::flow_mark));
        peer.send(wire::transfer(0, wire::number(0), wire::no, wire::message(mechanism)));
        REQUIRE(server.loop.run_until([&] { return !server.state.messages.empty(); }));
        CHECK(server.state.messages.back() == mechanism);
        server.state.messages.clear();
        server.state.kept.clear();
    }
    test::RawPeer other(server.loop, server.settings.path);
    other.send(wire::sasl_header + wire::sasl_init("GSSAPI") + opened);
    CHECK(other.wait_closed());
    CHECK(still_serves(server));
}

TEST_CASE("a thousand connections leave nothing behind") {
    test::EchoServer server;
    const auto cycle = [&](int count) {
        for (int i = 0; i < count; ++i) {
            if (i % 10 == 0) {
                test::RawPeer peer(server.loop, server.settings.path);  // goes away without a word
                peer.send(opened + wire::attach("l", 0, wire::no, "echo"));
                server.loop.drain();
                continue;
            }
            const auto client = server.connect();
            if (client && i % 3 == 0)
                client->request("echo", Message("x"), Millis(1'000), [](auto) {});
        }
        return server.loop.run_until([&] { return server.listener->connections() == 0; });
    };
    REQUIRE(cycle(100));
    const std::size_t files = open_files();
    const std::size_t memory = resident_bytes();
    REQUIRE(cycle(1'000));
    CHECK(open_files() == files);
    CHECK(resident_bytes() < memory + slack + 8 * 1024 * 1024);
}
