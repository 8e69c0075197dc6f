// What must be true after the agent, the guest or cped has gone away and come back.
#include "test/adapters/agent/channel_fixture.hpp"

#include <catch2/catch.hpp>

using namespace cpe;
using namespace cpe::agent;
using namespace cpe::agent::test;
using cpe::guest::test::is_alive;
using cpe::guest::test::nasty;
using Outcome = OperationResult::Outcome;

TEST_CASE("the agent killed and restarted: services untouched, what was under way is lost") {
    ChannelFixture guest;
    add_service(guest.files);
    guest.files.ocf_script("Slow", "echo $$ > $DIR/slow; sleep 3600; true");
    guest.open_channel();
    guest.start_agent();
    CHECK(guest.perform(numbered(1, nasty("Service", "start"))).rc == 0);
    auto monitor = numbered(2, nasty("Service", "monitor"));
    monitor.interval = Millis{60'000};
    CHECK(guest.perform(monitor).rc == 0);
    guest.channel->submit(guest.key, numbered(3, nasty("Slow", "start")));
    REQUIRE(guest.until([&] { return guest.files.pid_in("slow") != 0; }));
    const auto service = guest.files.pid_in("service");

    guest.agent->end(9);
    REQUIRE(guest.until([&] { return guest.sink.gone.size() == 1; }));
    CHECK(is_alive(service));
    CHECK_FALSE(guest.has_result(OperationId{3}));

    guest.start_agent();
    REQUIRE(guest.until([&] { return guest.sink.ups.size() == 2; }));
    CHECK(guest.sink.ups[1].boot_id == guest.sink.ups[0].boot_id);
    CHECK(guest.sink.ups[1].agent_id != guest.sink.ups[0].agent_id);
    CHECK(guest.sink.ups[1].monitors.empty());
    REQUIRE(guest.has_result(OperationId{3}));
    CHECK(guest.results_of(OperationId{3}).front().outcome == Outcome::lost);
    CHECK(is_alive(service));
    CHECK_FALSE(is_alive(guest.files.pid_in("slow")));
    CHECK(guest.perform(numbered(4, nasty("Service", "monitor"))).rc == 0);
}

TEST_CASE("cped restarted: the agent returns by itself, and tells once what it did meanwhile") {
    ChannelFixture guest;
    add_service(guest.files);
    guest.files.ocf_script("Waits",
                           "echo $$ > $DIR/waiting; while ! [ -e $DIR/go ]; do sleep 0.01; done; "
                           "touch $DIR/gone; exit 6");
    guest.open_channel();
    guest.start_agent();
    CHECK(guest.perform(numbered(1, nasty("Service", "start"))).rc == 0);
    auto monitor = numbered(2, nasty("Service", "monitor"));
    monitor.interval = Millis{50};
    monitor.digest = "d2";
    CHECK(guest.perform(monitor).rc == 0);
    guest.channel->submit(guest.key, numbered(3, nasty("Waits", "start")));
    REQUIRE(guest.until([&] { return guest.files.pid_in("waiting") != 0; }));

    guest.close_channel();
    const auto service = guest.files.pid_in("service");
    std::filesystem::rename(guest.files.dir() / "service", guest.files.dir() / "hidden");
    std::filesystem::create_directory(guest.files.dir() / "go");
    REQUIRE(guest.until([&] {
        return std::filesystem::exists(guest.files.dir() / "gone") &&
               !is_alive(guest.files.pid_in("waiting"));
    }));
    guest.open_channel();
    REQUIRE(guest.until([&] {
        return guest.sink.ups.size() == 2 && guest.has_result(OperationId{3}) &&
               !guest.sink.reports.empty();
    }));

    const auto& hello = guest.sink.ups[1];
    CHECK(hello.agent_id == guest.sink.ups[0].agent_id);
    REQUIRE(hello.monitors.size() == 1);
    CHECK(hello.monitors[0].digest == "d2");
    CHECK_THAT(hello.operations, Catch::VectorContains(OperationId{3}));
    CHECK(guest.results_of(OperationId{3}).front().rc == 6);
    CHECK(guest.sink.reports[0].result.rc == ocf::not_running);
    CHECK(is_alive(service));
    // Once: another return brings nothing new.
    guest.close_channel();
    guest.open_channel();
    REQUIRE(guest.until([&] { return guest.sink.ups.size() == 3; }));
    const auto beats = guest.sink.heartbeats;
    CHECK(guest.until([&] { return guest.sink.heartbeats > beats + 1; }));
    CHECK(guest.results_of(OperationId{3}).size() == 1);
    CHECK(guest.sink.reports.size() == 1);
    CHECK(guest.sink.ups[2].operations.empty());
}

TEST_CASE("another boot of the guest: what the old one was asked is lost, not done") {
    ChannelFixture guest;
    add_service(guest.files);
    guest.open_channel();
    guest.start_agent();
    REQUIRE(guest.until([&] { return guest.sink.ups.size() == 1; }));
    guest.agent->end(9);
    REQUIRE(guest.until([&] { return guest.sink.gone.size() == 1; }));
    guest.channel->submit(guest.key, numbered(1, nasty("Service", "start")));
    guest.set_boot_id("boot2");
    guest.start_agent();
    REQUIRE(guest.until([&] { return guest.sink.ups.size() == 2; }));
    CHECK(guest.sink.ups[1].boot_id == "boot2");
    REQUIRE(guest.has_result(OperationId{1}));
    CHECK(guest.results_of(OperationId{1}).front().outcome == Outcome::lost);
    CHECK_FALSE(std::filesystem::exists(guest.files.dir() / "starts"));
}

TEST_CASE("a newer connection of a guest replaces the older") {
    ChannelFixture guest;
    guest.open_channel();
    guest.start_agent();
    REQUIRE(guest.until([&] { return guest.sink.ups.size() == 1; }));
    const AgentProcess second(guest.socket(), guest.files);
    REQUIRE(guest.until([&] { return guest.sink.ups.size() >= 2; }));
    CHECK(guest.sink.gone.front() == "replaced by a newer connection");
    CHECK(guest.sink.gone.size() + 1 >= guest.sink.ups.size());
}
