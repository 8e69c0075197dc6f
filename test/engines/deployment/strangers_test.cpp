// Two machines speak as one assembly: a provider said of the old one that it is down, and lied.
#include "test/engines/deployment/script.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace cpe;
using namespace cpe::test;

namespace {

using Texts = std::vector<std::string>;

/// Its database was fenced once: the life db-boot-1 has ended, says its provider.
struct Fenced {
    Fenced() : sim(document_named("shop")) {
        sim.begin();
        sim.start();
        REQUIRE(sim.run_until(DeployableState::running));
        old = sim.guest("db").hello();
        sim.freeze("db", true);
        REQUIRE(sim.run_until(DeployableState::recovering));
        REQUIRE(sim.run_until(DeployableState::running));
        REQUIRE(sim.guest("db").hello().boot_id != old.boot_id);
        sim.run(Millis{5'000});
        sim.forget();
    }
    /// The old one is not dead, and comes through to cped.
    void old_one_speaks(Millis span) {
        sim.step(event::GuestUp{"db", old});
        const auto beat = sim.default_settings().heartbeat_interval;
        for (Millis passed{0}; passed < span; passed += beat) {
            sim.step(event::GuestHeartbeat{"db", hash_of_monitors({}), Millis{0}});
            sim.run(beat);
        }
    }

    Sim sim;
    GuestHello old;
};

}  // namespace

TEST_CASE("a life that was proven to have ended does not keep its assembly alive") {
    Fenced story;
    Sim& sim = story.sim;
    sim.guest("db").linked = false;
    story.old_one_speaks(Millis{8'000});
    CHECK(sim.count("no heartbeat for") > 0);
    CHECK(sim.count("event fencing db -> disproved") == 1);
    sim.guest("db").linked = true;
    REQUIRE(sim.run_until(DeployableState::running));
    CHECK(sim.broken == Texts{});
}

TEST_CASE("the living one is not mistaken for the one that has ended, and goes on") {
    Fenced story;
    Sim& sim = story.sim;
    const auto starts = sim.guest("db").starts["rsc_db_sql"];
    story.old_one_speaks(Millis{4'000});
    sim.step(event::GuestUp{"db", sim.guest("db").hello()});
    sim.run(Millis{30'000});
    CHECK(sim.status().state == DeployableState::running);
    CHECK(sim.guest("db").starts["rsc_db_sql"] == starts);
    CHECK(sim.count("do instance") == 0);
}

TEST_CASE("who has ended is known to the channel, and to the next cped") {
    Fenced story;
    Sim& sim = story.sim;
    CHECK(sim.guest("db").barred == Texts{story.old.boot_id});
    sim.guest("db").barred.clear();
    sim.restart_cped();
    REQUIRE(sim.run_until(DeployableState::running));
    CHECK(sim.guest("db").barred == Texts{story.old.boot_id});
    sim.forget();
    sim.step(event::GuestUp{"db", story.old});
    CHECK(sim.count("booted anew") == 0);
}

TEST_CASE("the life of before a restart of cped is known when it ends") {
    Sim sim(document_named("shop"));
    sim.begin();
    sim.start();
    REQUIRE(sim.run_until(DeployableState::running));
    const auto old = sim.guest("db").hello().boot_id;
    sim.freeze("db", true);
    sim.restart_cped();
    REQUIRE(sim.run_until([&] { return sim.guest("db").hello().boot_id != old; }, Millis{120'000}));
    REQUIRE(sim.run_until(DeployableState::running));
    CHECK(sim.guest("db").barred == Texts{old});
}

TEST_CASE("who is not let in is told of when it tries again, once") {
    Fenced story;
    Sim& sim = story.sim;
    for (int tries = 0; tries < 5; ++tries) {
        sim.step(event::GuestStranger{"db", story.old.boot_id, "its life has ended"});
        CHECK(sim.count("event fencing db -> disproved") == (tries > 0 ? 1 : 0));
        sim.step(event::GuestStranger{"db", "another", "another machine speaks"});
        CHECK(sim.count("event login db -> refused") == (tries > 0 ? 1 : 0));
    }
    sim.run(Millis{10'000});
    CHECK(sim.count("do instance") == 0);
    CHECK(sim.status().state == DeployableState::running);
}
