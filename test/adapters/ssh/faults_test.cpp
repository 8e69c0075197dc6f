// Guests that are cut off, frozen, dead, changed: noticed in time, and well again when they return.
#include "test/adapters/ssh/channel_fixture.hpp"

#include <catch2/catch.hpp>

#include <chrono>

using namespace cpe;
using namespace cpe::ssh::test;
using Outcome = OperationResult::Outcome;

namespace {

Millis since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - begin);
}

}  // namespace

TEST_CASE("a guest that is cut off or frozen is given up in seconds, and found again", "[ssh]") {
    const auto [cut, mend] = GENERATE(std::pair{"freeze", "thaw"}, std::pair{"linkdown", "linkup"},
                                      std::pair{"drop", "undrop"});
    CAPTURE(cut);
    Fixture f;
    const auto boot = f.up().boot_id;
    f.run(f.request("Dummy", "start"));
    auto watch = f.request("Dummy", "monitor");
    watch.interval = Millis{500};
    f.run(watch);
    f.guests.command({cut, "1"});
    const auto begin = std::chrono::steady_clock::now();
    const auto beats = f.sink.heartbeats["g1"];
    REQUIRE(f.until([&] { return !f.sink.gone["g1"].empty(); }));
    CHECK(since(begin) < Millis{7'000});
    CHECK(since(begin) > Millis{2'000});
    CHECK(f.sink.heartbeats["g1"] <= beats + 1);
    f.guests.command({mend, "1"});
    const auto mended = std::chrono::steady_clock::now();
    REQUIRE(f.until([&] { return f.sink.hellos["g1"].size() == 2; }));
    CHECK(since(mended) < Millis{12'000});
    const auto& hello = f.sink.hellos["g1"].back();
    CHECK(hello.boot_id == boot);
    CHECK(hello.agent_id == f.sink.hellos["g1"].front().agent_id);
    REQUIRE(hello.monitors.size() == 1);
    CHECK(f.sink.reports["g1"].empty());
    // Its monitor goes on.
    f.inside(1, "rm -f /run/resource-agents/Dummy-rsc_Dummy.state");
    CHECK(f.until([&] { return !f.sink.reports["g1"].empty(); }));
}

TEST_CASE("a guest that was powered off is another life", "[ssh]") {
    Fixture f;
    const auto boot = f.up().boot_id;
    auto hang = f.request("Dummy", "monitor");
    hang.interval = Millis{500};
    f.run(hang);
    f.guests.command({"kill", "1"});
    REQUIRE(f.until([&] { return !f.sink.gone["g1"].empty(); }));
    f.guests.command({"start", "1"});
    REQUIRE(f.until([&] { return f.sink.hellos["g1"].size() == 2; }));
    CHECK(f.sink.hellos["g1"].back().boot_id != boot);
    CHECK(f.sink.hellos["g1"].back().monitors.empty());
}

TEST_CASE("what ran when the connection broke is lost, and nothing of it is left", "[ssh]") {
    Fixture f;
    f.agent(1, "hang", "setsid sleep 4731 & sleep 4732");
    f.up();
    const auto id = f.begin(f.request("hang", "start", Millis{60'000}));
    REQUIRE(f.until([&] { return f.inside(1, "pgrep -c -f 'sleep 473[0-9]'") == "2\n"; }));
    SECTION("its sshd was restarted") {
        f.inside(1, "pkill -KILL -f 'sshd: root@notty'");
        CHECK(f.wait(id).outcome == Outcome::lost);
    }
    SECTION("packets were dropped") {
        f.guests.command({"drop", "1"});
        CHECK(f.wait(id).outcome == Outcome::lost);
        CHECK(f.inside(1, "pgrep -c -f 'sleep 473[0-9]'") == "2\n");
        f.guests.command({"undrop", "1"});
    }
    REQUIRE(f.until([&] { return f.sink.hellos["g1"].size() == 2; }));
    CHECK(f.inside(1, "pgrep -c -f 'sleep 473[0-9]'") == "0\n");
    CHECK(f.sink.answers[id.value] == 1);
}

TEST_CASE("a restarted cped finds nothing of the old one, and services as they were", "[ssh]") {
    Fixture f;
    f.agent(1, "hang", "sleep 4741");
    f.agent(1, "daemon", "setsid sleep 4742 & exit 0");
    const auto old = f.up();
    CHECK(f.run(f.request("daemon", "start")).rc == ocf::ok);
    f.begin(f.request("hang", "start", Millis{60'000}));
    REQUIRE(f.until([&] { return f.inside(1, "pgrep -c -f 'sleep 474[1]'") == "1\n"; }));
    f.restart();
    const auto hello = f.up();
    CHECK(hello.boot_id == old.boot_id);
    CHECK(hello.agent_id != old.agent_id);
    CHECK(hello.monitors.empty());
    CHECK(f.inside(1, "pgrep -c -f 'sleep 474[1]'") == "0\n");
    CHECK(f.inside(1, "pgrep -c -f 'sleep 474[2]'") == "1\n");
}

TEST_CASE("a changed host key is refused until it is trusted", "[ssh]") {
    Fixture f;
    f.up();
    f.guests.command({"rekey", "1"});
    f.inside(1, "pkill -KILL -f 'sshd: root@notty'");
    REQUIRE(f.until([&] { return !f.sink.refused["g1"].empty(); }));
    const auto [reason, key] = f.sink.refused["g1"].front();
    CHECK(reason.find("HAS CHANGED") != std::string::npos);
    CHECK(reason.find("cpe-ctl assembly trust shop g1") != std::string::npos);
    f.pass(Millis{1'500});
    CHECK(f.sink.hellos["g1"].size() == 1);
    GuestPeer peer;
    peer.address = f.guests.address(1);
    peer.host_key = key;
    CHECK(f.channel->open(Fixture::key(1), peer).has_value());
    CHECK(f.until([&] { return f.sink.hellos["g1"].size() == 2; }));
}

TEST_CASE("an unknown guest is trusted on first use, where that is allowed", "[ssh]") {
    SECTION("allowed") {
        Fixture f(1, {}, [](cpe::ssh::Settings& settings) {
            settings.known_hosts.clear();
            settings.trust_on_first_use = true;
        });
        const auto hello = f.up();
        CHECK(hello.host_key.substr(0, 19) == "ssh-ed25519 SHA256:");
        // Another key is not, within this life of cped or with the pin of before.
        f.guests.command({"rekey", "1"});
        f.inside(1, "pkill -KILL -f 'sshd: root@notty'");
        REQUIRE(f.until([&] { return !f.sink.refused["g1"].empty(); }));
        f.restart();
        f.sink.refused.clear();
        GuestPeer peer;
        peer.address = f.guests.address(1);
        peer.host_key = hello.host_key;
        CHECK(f.channel->open(Fixture::key(1), peer).has_value());
        REQUIRE(f.until([&] { return !f.sink.refused["g1"].empty(); }));
        CHECK(f.sink.hellos["g1"].size() == 1);
    }
    SECTION("not allowed") {
        Fixture f(1, {}, [](cpe::ssh::Settings& settings) { settings.known_hosts.clear(); });
        f.open(1);
        REQUIRE(f.until([&] { return !f.sink.refused["g1"].empty(); }));
        CHECK(f.sink.refused["g1"].front().first.find("is not known") != std::string::npos);
    }
}

TEST_CASE("a guest with an RSA host key alone is told so", "[ssh]") {
    Fixture f;
    f.guests.command({"rekey", "1", "rsa"});
    f.open(1);
    REQUIRE(f.until([&] { return !f.sink.refused["g1"].empty(); }));
    CHECK(f.sink.refused["g1"].front().first.find("an RSA host key alone is not supported") !=
          std::string::npos);
}

TEST_CASE("a guest that is not there yet is found when it is", "[ssh]") {
    Fixture f;
    f.guests.command({"kill", "1"});
    f.open(1);
    f.pass(Millis{1'500});
    CHECK(f.sink.hellos["g1"].empty());
    f.guests.command({"start", "1"});
    const auto begin = std::chrono::steady_clock::now();
    REQUIRE(f.until([&] { return !f.sink.hellos["g1"].empty(); }));
    CHECK(since(begin) < Millis{8'000});
}
