// Two real agents at one socket, as when a provider lied about a stop.
#include "test/adapters/agent/channel_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>

using namespace cpe;
using namespace cpe::agent::test;
using Texts = std::vector<std::string>;

namespace {

/// Another machine that has the same socket.
struct Other {
    explicit Other(const ChannelFixture& guest) {
        std::ofstream(files.dir() / "boot_id") << "boot2\n";
        agent = std::make_unique<AgentProcess>(guest.socket(), files);
    }
    guest::test::GuestFiles files;
    std::unique_ptr<AgentProcess> agent;
};

Texts boots(const ChannelFixture& guest) {
    Texts ids;
    for (const auto& hello : guest.sink.ups) ids.push_back(hello.boot_id);
    return ids;
}

}  // namespace

TEST_CASE("a second machine is told of and kept out while the first one is heard") {
    ChannelFixture guest;
    guest.open_channel();
    guest.start_agent();
    REQUIRE(guest.until([&] { return !guest.sink.ups.empty(); }));
    const Other other(guest);
    REQUIRE(guest.until([&] { return guest.sink.strangers.size() >= 3; }));
    CHECK(boots(guest) == Texts{"boot1"});
    CHECK(guest.sink.gone.empty());
    CHECK(guest.sink.strangers.back() == "boot2: another machine speaks for this guest");
    CHECK(guest.perform(numbered(1, guest::test::ocf_agent("heartbeat", "Dummy", "monitor"))).rc ==
          ocf::not_running);
    CHECK(guest.sink.gone.empty());

    guest.agent.reset();
    REQUIRE(guest.until([&] { return guest.sink.ups.size() == 2; }));
    CHECK(boots(guest) == Texts{"boot1", "boot2"});
}

TEST_CASE("a life that was proven to have ended is put out, and another one let in") {
    ChannelFixture guest;
    guest.open_channel();
    guest.start_agent();
    REQUIRE(guest.until([&] { return !guest.sink.ups.empty(); }));
    GuestPeer peer;
    peer.dead_boots = {"boot1"};
    REQUIRE(guest.channel->open(guest.key, peer).has_value());
    REQUIRE(guest.until([&] { return !guest.sink.strangers.empty(); }));
    CHECK(guest.sink.strangers.front() == "boot1: its life was proven to have ended");
    CHECK(guest.sink.gone.size() == 1);
    const Other other(guest);
    REQUIRE(guest.until([&] { return guest.sink.ups.size() == 2; }));
    CHECK(boots(guest) == Texts{"boot1", "boot2"});
}
