// The brake and maintenance in one DPE: what it tells the brake, and what it leaves alone.
#include "test/engines/deployment/script.hpp"

#include <catch2/catch.hpp>

using namespace cpe;
using namespace cpe::test;

namespace {

Error reply_of(const Ready& ready) {
    for (const auto& effect : ready.effects)
        if (const auto* reply = std::get_if<effect::Reply>(&effect))
            return reply->outcome ? Error{} : reply->outcome.error();
    FAIL("no reply");
    return {};
}

Error ask(Sim& sim, Wish wish, const std::string& target = {}) {
    return reply_of(sim.step(event::Operator{wish, {77}, "alice", target}));
}

}  // namespace

// What the brake is told -------------------------------------------------------------------------

TEST_CASE("the brake is told of deaths and of silence, each once") {
    auto sim = settled(document_named("two-tier"));
    CHECK(sim->census() == 2);
    sim->kill_guest("db", true);
    CHECK(sim->count("suspect db at local") == 1);
    sim->freeze("web", true);
    sim->run(Millis{30'000});
    CHECK(sim->count("suspect db") == 1);
    CHECK(sim->count("suspect web") == 1);
    CHECK(sim->census() == 2);  // what failed still counts
}

TEST_CASE("the brake is not told of what we do ourselves") {
    auto sim = settled(document_named("two-tier"));
    SECTION("a stop that a person asked for") {
        sim->stop();
        REQUIRE(sim->run_until(DeployableState::stopped));
        sim->kill_guest("db", true);
        CHECK(sim->census() == 0);
    }
    SECTION("a fence") {
        sim->kill_guest("db", true);
        sim->forget();
        sim->kill_guest("db", true);
        sim->run(Millis{60'000});
    }
    SECTION("an escalation of service failures") {
        sim->guest("db").fail_stop["rsc_db_mysqld"] = 1;
        sim->kill_service("rsc_db_mysqld");
        REQUIRE(sim->run_until([&] { return sim->count("event escalation") > 0; }, Millis{30'000}));
        sim->guest("db").fail_stop.clear();
        sim->run(Millis{30'000});
    }
    SECTION("a guest that booted anew by itself: that is no fault of ours") {
        sim->reboot_guest("db");
        sim->run(Millis{30'000});
    }
    CHECK(sim->count("suspect") == 0);
}

TEST_CASE("the brake is not told of guests that boot, and does not count them") {
    Sim sim(document_named("two-tier"));
    sim.guest("db").mute_boot = true;
    sim.begin();
    sim.start();
    sim.run(Millis{120'000});
    CHECK(sim.count("event assembly_state_change db -> failed") >= 2);
    CHECK(sim.count("suspect") == 0);
    CHECK(sim.census() == 1);
}

TEST_CASE("what failed and then does not boot any more is counted no more") {
    auto sim = settled(document_named("two-tier"));
    sim->guest("db").mute_boot = true;
    sim->kill_guest("db", true);
    sim->run(Millis{10'000});
    CHECK(sim->census() == 2);
    sim->run(Millis{40'000});
    CHECK(sim->census() == 1);
}

TEST_CASE("guests that ran when cped ended and are silent now are told to the brake") {
    auto sim = settled(document_named("two-tier"));
    sim->freeze("db", true);
    sim->freeze("web", true);
    sim->restart_cped();
    CHECK(sim->census() == 2);
    sim->run(Millis{40'000});
    CHECK(sim->count("suspect db") == 1);
    CHECK(sim->count("suspect web") == 1);
}

TEST_CASE("a daemon that stood still tells the brake nothing") {
    auto sim = settled(document_named("three-tier"));
    sim->stand_still(Millis{3'600'000});
    sim->run(Millis{10'000});
    CHECK(sim->count("suspect") == 0);
}

// The brake --------------------------------------------------------------------------------------

TEST_CASE("under the brake a silent guest is not fenced, and one that comes back is kept") {
    auto sim = settled(document_named("two-tier"));
    sim->brake(true);
    sim->freeze("db", true);
    sim->run(Millis{20'000});
    CHECK(sim->assembly("db") == AssemblyState::failed);
    CHECK(sim->status().state == DeployableState::degraded);
    CHECK(sim->count("do instance") == 0);
    sim->freeze("db", false);
    REQUIRE(sim->run_until(DeployableState::running, Millis{20'000}));
    CHECK(sim->guest("db").monitors.size() == 1);
    CHECK(sim->count("start_0") == 0);
    CHECK(sim->count("stop_0") == 0);
    CHECK(sim->broken.empty());
}

TEST_CASE("a service that fails under the brake waits, and counts for nothing") {
    auto sim = settled(document_named("escalate-2"));
    sim->brake(true);
    for (int i = 0; i < 5; ++i) {
        sim->kill_service("rsc_one_probe");
        sim->run(Millis{5'000});
        sim->heal_service("rsc_one_probe");
        sim->run(Millis{5'000});
    }
    CHECK(sim->status().services.front().failures == 0);
    CHECK(sim->count("event escalation") == 0);
    sim->kill_service("rsc_one_probe");
    sim->run(Millis{5'000});
    CHECK(sim->service("rsc_one_probe") == ServiceState::failed);
    sim->brake(false);
    CHECK(sim->run_until(DeployableState::running, Millis{20'000}));
    CHECK(sim->broken.empty());
}

TEST_CASE("a retry by hand under the brake does not hide that the service is down") {
    auto sim = settled(document_named("minimal"));
    sim->brake(true);
    sim->kill_service("rsc_one_probe");
    sim->run(Millis{5'000});
    sim->wish(Wish::retry_service, "probe");
    sim->run(Millis{5'000});
    sim->brake(false);
    CHECK(sim->run_until(DeployableState::running, Millis{20'000}));
    CHECK(sim->guest("one").starts["rsc_one_probe"] == 2);
}

TEST_CASE("the brake is put on and let go once, however often it is told") {
    auto sim = settled(document_named("minimal"));
    sim->brake(true);
    sim->brake(true);
    CHECK(sim->count("event brake -> on") == 1);
    sim->brake(false);
    sim->brake(false);
    CHECK(sim->count("event brake -> off") == 1);
    CHECK(sim->status().state == DeployableState::running);
}

TEST_CASE("who lets go by hand is answered, also where nothing is held") {
    auto sim = settled(document_named("minimal"));
    sim->brake(true);
    const event::Brake release{false, "alice asked for it", {}, {5}};
    CHECK(reply_of(sim->step(release)).what.empty());
    CHECK(sim->count("event brake -> off (alice asked for it)") == 1);
    CHECK(reply_of(sim->step(release)).what.empty());
}

TEST_CASE("what is not up is not held") {
    Sim sim(document_named("minimal"));
    sim.begin();
    sim.step(event::Brake{true, "too much failed"});
    CHECK(sim.count("event brake") == 0);
    sim.start();
    CHECK(sim.run_until(DeployableState::running));
}

TEST_CASE("a restart by hand is refused under the brake and in maintenance, with what to do") {
    auto sim = settled(document_named("minimal"));
    sim->brake(true);
    CHECK(ask(*sim, Wish::restart_assembly, "one").hint == "cpe-ctl deployable release minimal");
    sim->brake(false);
    sim->wish(Wish::maintenance_on, "one");
    CHECK(ask(*sim, Wish::restart_assembly, "one").hint == "cpe-ctl maintenance off minimal one");
}

// Maintenance ------------------------------------------------------------------------------------

TEST_CASE("maintenance: no failure counts, nothing escalates, no pause grows") {
    auto sim = settled(document_named("escalate-2"));
    sim->wish(Wish::maintenance_on);
    for (int i = 0; i < 5; ++i) {
        sim->kill_service("rsc_one_probe");
        sim->run(Millis{5'000});
        CHECK(sim->service("rsc_one_probe") == ServiceState::failed);
        sim->heal_service("rsc_one_probe");
        sim->run(Millis{5'000});
        CHECK(sim->service("rsc_one_probe") == ServiceState::running);
    }
    CHECK(sim->status().services.front().failures == 0);
    CHECK(sim->count("event escalation") + sim->count("event backoff") == 0);
    CHECK(sim->assembly("one") == AssemblyState::maintenance);
}

TEST_CASE("maintenance: a guest that dies is no suspect and is not counted") {
    auto sim = settled(document_named("two-tier"));
    sim->wish(Wish::maintenance_on, "db");
    CHECK(sim->census() == 1);
    sim->kill_guest("db", true);
    sim->run(Millis{60'000});
    CHECK(sim->count("suspect") == 0);
    CHECK(sim->count("do instance") == 0);
    CHECK(sim->assembly("db") == AssemblyState::maintenance);
    CHECK(sim->count("event maintenance db -> out_of_reach") == 1);
    CHECK(sim->service("rsc_web_httpd") == ServiceState::running);  // as if nothing had changed
    CHECK(sim->broken.empty());
}

TEST_CASE("maintenance ends hard failures: a person was there") {
    Sim sim(document_named("two-services"));
    sim.guest("one").fail_start["rsc_one_bad"] = 5;
    sim.begin();
    sim.start();
    REQUIRE(sim.run_until(DeployableState::degraded));
    sim.wish(Wish::maintenance_on);
    sim.guest("one").fail_start.clear();
    sim.run(Millis{10'000});
    CHECK(sim.service("rsc_one_bad") == ServiceState::unrecoverable);
    sim.wish(Wish::maintenance_off);
    CHECK(sim.run_until(DeployableState::running, Millis{20'000}));
    CHECK(sim.broken.empty());
}

TEST_CASE("maintenance of an assembly: what fails beside it is repaired") {
    auto sim = settled(document_named("three-tier"));
    sim->wish(Wish::maintenance_on, "web");
    sim->kill_service("rsc_app_two");
    sim->run(Millis{10'000});
    CHECK(sim->guest("app").starts["rsc_app_two"] == 2);
    CHECK(sim->status().state == DeployableState::running);
    CHECK(sim->broken.empty());
}

TEST_CASE("maintenance of an assembly: after a restart of cped all there is watched again") {
    auto sim = settled(document_named("three-tier"));
    sim->wish(Wish::maintenance_on, "app");
    sim->restart_cped();
    sim->run(Millis{10'000});
    CHECK(sim->assembly("app") == AssemblyState::maintenance);
    CHECK(sim->status().state == DeployableState::running);
    CHECK(sim->guest("app").monitors.size() == 2);
    CHECK(sim->guest("web").monitors.size() == 1);
    CHECK(sim->count("stop_0") + sim->count("start_0") == 0);
    sim->kill_service("rsc_app_two");
    sim->run(Millis{10'000});
    CHECK(sim->service("rsc_app_two") == ServiceState::failed);
    CHECK(sim->guest("app").starts["rsc_app_two"] == 1);
    sim->wish(Wish::maintenance_off, "app");
    CHECK(sim->run_until(DeployableState::running, Millis{20'000}));
    CHECK(sim->store.memory["maintenance"].empty());
}

TEST_CASE("a deployable with an assembly in maintenance starts without it, and says so") {
    Sim sim(document_named("two-tier"));
    sim.begin();
    sim.wish(Wish::maintenance_on, "web");
    sim.start();
    REQUIRE(sim.run_until(DeployableState::degraded, Millis{20'000}));
    CHECK(sim.service("rsc_db_mysqld") == ServiceState::running);
    CHECK(sim.guest("web").power == FakeGuest::Power::absent);
    CHECK(sim.assembly("web") == AssemblyState::maintenance);
    CHECK(sim.count("(assembly web is in maintenance)") == 1);
    sim.wish(Wish::maintenance_off, "web");
    CHECK(sim.run_until(DeployableState::running, Millis{20'000}));
    CHECK(sim.broken.empty());
}

TEST_CASE("a guest that boots when its maintenance begins comes up, and is left alone then") {
    Sim sim(document_named("minimal"));
    sim.begin();
    sim.start();
    sim.run(Millis{1'000});
    sim.wish(Wish::maintenance_on, "one");
    sim.run(Millis{10'000});
    CHECK(sim.guest("one").speaks());
    CHECK(sim.service("rsc_one_probe") == ServiceState::stopped);
    sim.wish(Wish::maintenance_off, "one");
    CHECK(sim.run_until(DeployableState::running, Millis{20'000}));
}

TEST_CASE("a fence that was begun before its maintenance is seen to its end") {
    auto sim = settled(document_named("two-tier"));
    sim->kill_guest("db", true);
    sim->wish(Wish::maintenance_on, "db");
    CHECK(sim->assembly("db") == AssemblyState::fencing);
    sim->run(Millis{10'000});
    CHECK(sim->count("event fencing db -> confirmed") == 1);
    CHECK(sim->assembly("db") == AssemblyState::maintenance);
    CHECK(sim->count("do instance start db") == 0);
    sim->wish(Wish::maintenance_off, "db");
    CHECK(sim->run_until(DeployableState::running, Millis{20'000}));
    CHECK(sim->broken.empty());
}

TEST_CASE("what was lost and not proven dead is not forgotten in maintenance, whatever restarts") {
    auto sim = settled(document_named("minimal"));
    const bool before = GENERATE(true, false);
    CAPTURE(before);
    if (before) sim->fail_stops["one"] = 1'000;
    if (!before) sim->wish(Wish::maintenance_on, "one");
    sim->freeze("one", true);
    sim->run(Millis{20'000});
    if (before) sim->wish(Wish::maintenance_on, "one");
    sim->fail_stops["one"] = 1'000;
    sim->restart_cped();
    sim->run(Millis{1'000});
    CHECK(sim->assembly("one") == AssemblyState::maintenance);
    sim->wish(Wish::maintenance_off, "one");
    CHECK(sim->assembly("one") == AssemblyState::fencing);
    sim->restart_cped();
    sim->run(Millis{30'000});
    CHECK(sim->count("do instance start one") == 0);
    sim->fail_stops["one"] = 0;
    CHECK(sim->run_until(DeployableState::running, Millis{60'000}));
    CHECK(sim->broken.empty());
}

TEST_CASE("what ran when maintenance began and is awaited by a new cped is not taken for stopped") {
    auto sim = settled(document_named("minimal"));
    sim->wish(Wish::maintenance_on, "one");
    sim->guest("one").reconnects_after = Millis{8'000};
    sim->restart_cped();
    sim->run(Millis{1'000});
    sim->wish(Wish::maintenance_off, "one");
    CHECK(sim->assembly("one") == AssemblyState::running);
    CHECK(sim->run_until([&] { return sim->guest("one").monitors.size() == 1; }, Millis{20'000}));
    CHECK(sim->count("do instance") == 0);
}

TEST_CASE("maintenance ends while a probe is under way: what it finds counts for nothing") {
    auto sim = settled(document_named("minimal"));
    sim->guest("one").hangs.insert("rsc_one_probe");
    sim->wish(Wish::maintenance_on, "one");
    sim->restart_cped();
    sim->run(Millis{1'000});
    sim->wish(Wish::maintenance_off, "one");
    sim->run(Millis{1'000});
    sim->guest("one").hangs.clear();
    CHECK(sim->run_until([&] { return sim->guest("one").monitors.size() == 1; }, Millis{90'000}));
    CHECK(sim->service("rsc_one_probe") == ServiceState::running);
    CHECK(sim->count("stop_0") + sim->count("-> failed") == 0);
}

TEST_CASE("what is lost in maintenance before it was looked at is not asked for over and over") {
    auto sim = settled(document_named("two-tier"));
    sim->wish(Wish::maintenance_on);
    sim->guest("db").hangs.insert("rsc_db_mysqld");
    sim->restart_cped();
    sim->run(Millis{1'000});
    sim->kill_guest("db", true);
    sim->run(Millis{1'000});
    const auto ticks = sim->ticks;
    sim->run(Millis{120'000});
    CHECK(sim->ticks - ticks <= 2);
    CHECK(sim->service("rsc_web_httpd") == ServiceState::running);
    sim->guest("db").hangs.clear();
    sim->wish(Wish::maintenance_off);
    CHECK(sim->run_until(DeployableState::running, Millis{60'000}));
    CHECK(sim->broken.empty());
}

TEST_CASE("what ran on without a service in maintenance is not started again without it") {
    auto sim = settled(document_named("two-firsts"));
    sim->wish(Wish::maintenance_on, "a");
    sim->kill_service("rsc_a_first");
    sim->run(Millis{5'000});
    CHECK(sim->service("rsc_b_then") == ServiceState::running);
    sim->kill_service("rsc_b_other");  // its restart takes the other down with it
    sim->run(Millis{20'000});
    CHECK(sim->service("rsc_b_other") == ServiceState::running);
    CHECK(sim->service("rsc_b_then") == ServiceState::stopped);
    CHECK(sim->status().state == DeployableState::degraded);
    sim->wish(Wish::maintenance_off, "a");
    CHECK(sim->run_until(DeployableState::running, Millis{20'000}));
    CHECK(sim->broken.empty());
}

TEST_CASE("the two switches of maintenance are apart, and say which one is on") {
    auto sim = settled(document_named("two-tier"));
    CHECK(ask(*sim, Wish::maintenance_on, "nobody").code == Errc::not_found);
    CHECK(ask(*sim, Wish::maintenance_off).what.empty());  // it is off
    sim->wish(Wish::maintenance_on, "db");
    CHECK(ask(*sim, Wish::maintenance_off).hint == "cpe-ctl maintenance off two-tier db");
    sim->wish(Wish::maintenance_on);
    sim->wish(Wish::maintenance_off, "db");
    CHECK(sim->assembly("db") == AssemblyState::maintenance);
    CHECK(ask(*sim, Wish::maintenance_off, "db").hint == "cpe-ctl maintenance off two-tier");
    sim->wish(Wish::maintenance_off);
    CHECK(sim->assembly("db") == AssemblyState::running);
    CHECK(sim->assembly("web") == AssemblyState::running);
    CHECK(sim->run_until([&] { return sim->guest("web").monitors.size() == 1; }, Millis{5'000}));
    CHECK(sim->broken.empty());
}

TEST_CASE("a delete wins over maintenance") {
    auto sim = settled(document_named("two-tier"));
    sim->wish(Wish::maintenance_on);
    sim->remove();
    CHECK(sim->run_until([&] { return sim->retired; }, Millis{60'000}));
    CHECK(sim->broken.empty());
}

TEST_CASE("memory of restraint that cannot be read restrains") {
    auto sim = settled(document_named("two-tier"));
    sim->store.memory["brake"] = "[";
    sim->store.memory["maintenance"] = "no json";
    sim->restart_cped();
    sim->kill_guest("db", true);
    sim->run(Millis{10'000});
    CHECK(sim->count("do instance") == 0);
    sim->brake(false);
    sim->wish(Wish::maintenance_off);
    CHECK(sim->run_until(DeployableState::running, Millis{30'000}));
}

// A provider whose machines are not its own ------------------------------------------------------

TEST_CASE("a machine with nothing of ours in it is let go, one that may have is fenced") {
    auto sim = settled(document_named("two-tier"));
    sim->keeps_idle = true;
    SECTION("a stop leaves them on, and a start finds them again") {
        sim->stop();
        REQUIRE(sim->run_until(DeployableState::stopped));
        CHECK(sim->guest("db").power == FakeGuest::Power::running);
        CHECK(sim->guest("web").power == FakeGuest::Power::running);
        sim->start();
        REQUIRE(sim->run_until(DeployableState::running));
    }
    SECTION("a stop while one is out of reach fences that one") {
        sim->freeze("db", true);
        sim->run(Millis{100});
        sim->stop();
        REQUIRE(sim->run_until(DeployableState::stopped));
        CHECK(sim->guest("db").power == FakeGuest::Power::stopped);
        CHECK(sim->guest("web").power == FakeGuest::Power::running);
    }
    SECTION("a restart by hand switches it off and on") {
        const auto boots = sim->guest("db").boot;
        ask(*sim, Wish::restart_assembly, "db");
        REQUIRE(sim->run_until(DeployableState::running));
        sim->run(Millis{5'000});
        CHECK(sim->guest("db").boot == boots + 1);
    }
    CHECK(sim->broken.empty());
}
