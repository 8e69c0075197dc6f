// What a provider knows and does not know: records that go while machines stay, servers that
// somebody else stopped, clouds that cannot be asked (design.md §6.1).
#include "test/engines/deployment/script.hpp"

#include <catch2/catch.hpp>

using namespace cpe;
using namespace cpe::test;

namespace {

InstanceReport report_of(const Sim& sim, const std::string& name, InstanceState state) {
    InstanceReport report;
    report.state = state;
    for (const auto& assembly : sim.status().assemblies) {
        if (assembly.name != name) continue;
        report.instance = assembly.instance;
        report.address = assembly.address;
    }
    report.reason = "the cloud says so";
    return report;
}

std::size_t told(const Sim& sim, const std::string& kind, const std::string& state,
                 const std::string& words = {}) {
    std::size_t count = 0;
    for (const auto& event : sim.store.events)
        count += event.kind == kind && event.state == state &&
                 event.reason.find(words) != std::string::npos;
    return count;
}

}  // namespace

// Records ----------------------------------------------------------------------------------------

TEST_CASE("a record that is gone proves nothing before its guest was silent for long enough") {
    auto sim = settled(document_named("two-tier"));
    sim->unreachable_hosts.insert("db");
    sim->kill_guest("db");
    REQUIRE(sim->run_until([&] { return told(*sim, "fencing", "waiting") == 1; }, Millis{20'000}));
    CHECK(sim->assembly("db") == AssemblyState::fencing);
    // Its last word was not later than 6 s before it was given up.
    sim->run(Millis{20'000});
    CHECK(told(*sim, "fencing", "confirmed") == 0);
    REQUIRE(sim->run_until(DeployableState::running, Millis{60'000}));
    CHECK(told(*sim, "fencing", "confirmed",
               "the record of db is gone; its guest is silent for 30 s") == 1);
    CHECK(sim->broken.empty());
}

TEST_CASE("what speaks is not dead, whatever its record says") {
    auto sim = settled(document_named("two-tier"));
    sim->unreachable_hosts.insert("db");
    sim->wish(Wish::restart_assembly, "db");
    REQUIRE(sim->run_until(
        [&] { return told(*sim, "fencing", "unconfirmed", "but its guest speaks") >= 1; },
        Millis{60'000}));
    sim->run(Millis{120'000});
    CHECK(told(*sim, "fencing", "confirmed") == 0);
    CHECK(sim->guest("db").power == FakeGuest::Power::running);
    CHECK(sim->broken.empty());
    // Its host comes back, and ends it.
    sim->kill_guest("db");
    REQUIRE(
        sim->run_until([&] { return told(*sim, "fencing", "confirmed") == 1; }, Millis{90'000}));
    REQUIRE(sim->run_until(DeployableState::running, Millis{60'000}));
    CHECK(sim->broken.empty());
}

TEST_CASE("a guest that is heard of again while its silence is waited for is kept") {
    auto sim = settled(document_named("two-tier"));
    sim->unreachable_hosts.insert("db");
    sim->freeze("db", true);
    REQUIRE(sim->run_until([&] { return told(*sim, "fencing", "waiting") == 1; }, Millis{20'000}));
    sim->freeze("db", false);
    REQUIRE(sim->run_until(DeployableState::running, Millis{30'000}));
    CHECK(told(*sim, "fencing", "confirmed") == 0);
    CHECK(told(*sim, "fencing", "called_off") == 1);
    CHECK(sim->guest("db").starts.at("rsc_db_mysqld") == 1);
    CHECK(sim->broken.empty());
}

TEST_CASE("a cped that is started anew listens for the whole of the silence") {
    auto sim = settled(document_named("two-tier"));
    sim->unreachable_hosts.insert("db");
    sim->kill_guest("db");
    REQUIRE(sim->run_until([&] { return told(*sim, "fencing", "waiting") == 1; }, Millis{20'000}));
    sim->run(Millis{15'000});
    sim->restart_cped();
    sim->run(Millis{25'000});
    CHECK(told(*sim, "fencing", "confirmed") == 0);
    REQUIRE(
        sim->run_until([&] { return told(*sim, "fencing", "confirmed") == 1; }, Millis{20'000}));
    REQUIRE(sim->run_until(DeployableState::running, Millis{60'000}));
    CHECK(sim->broken.empty());
}

TEST_CASE("a person's word is enough while the silence is waited for") {
    auto sim = settled(document_named("two-tier"));
    sim->unreachable_hosts.insert("db");
    sim->kill_guest("db");
    REQUIRE(sim->run_until([&] { return told(*sim, "fencing", "waiting") == 1; }, Millis{20'000}));
    sim->wish(Wish::confirm_down, "db");
    sim->run(Millis{1'000});
    CHECK(told(*sim, "fencing", "confirmed", "confirmed that it is down") == 1);
    REQUIRE(sim->run_until(DeployableState::running, Millis{60'000}));
}

// Somebody else ----------------------------------------------------------------------------------

TEST_CASE("a server that somebody stopped is left alone until it runs again") {
    auto sim = settled(document_named("two-tier"));
    auto stopped = report_of(*sim, "db", InstanceState::stopped);
    stopped.by_hand = true;
    sim->kill_guest("db");
    sim->step(event::InstanceChanged{"db", stopped});
    sim->run(Millis{60'000});
    CHECK(sim->count("do instance") == 0);
    CHECK(sim->count("suspect") == 0);
    CHECK(sim->assembly("db") == AssemblyState::stopped);
    CHECK(sim->status().state == DeployableState::degraded);

    SECTION("it is started there") {
        sim->reboot_guest("db");
        sim->step(event::InstanceChanged{"db", report_of(*sim, "db", InstanceState::running)});
        REQUIRE(sim->run_until(DeployableState::running, Millis{60'000}));
        CHECK(sim->count("do instance") == 0);
    }
    SECTION("it is deleted there") {
        sim->lose_instance("db");
        sim->step(event::InstanceChanged{"db", report_of(*sim, "db", InstanceState::absent)});
        REQUIRE(sim->run_until(DeployableState::running, Millis{60'000}));
    }
    SECTION("a person wants it here") {
        sim->wish(Wish::restart_assembly, "db");
        REQUIRE(sim->run_until(DeployableState::running, Millis{60'000}));
    }
    SECTION("nothing is wanted any more") {
        sim->stop();
        REQUIRE(sim->run_until(DeployableState::stopped, Millis{60'000}));
        sim->start();
        REQUIRE(sim->run_until(DeployableState::running, Millis{60'000}));
    }
    CHECK(sim->broken.empty());
}

TEST_CASE(
    "what floats goes on elsewhere where its server was stopped, but not where it was paused") {
    auto sim = settled(document_named("floating"));
    const std::string home = sim->home_of("rsc_vip");
    auto report = report_of(*sim, home, InstanceState::stopped);
    report.by_hand = true;

    SECTION("stopped") {
        sim->kill_guest(home);
        sim->step(event::InstanceChanged{home, report});
        REQUIRE(sim->run_until([&] { return sim->service("rsc_vip") == ServiceState::running; },
                               Millis{20'000}));
        CHECK(sim->home_of("rsc_vip") != home);
        CHECK(sim->count("do instance") == 0);
        CHECK(sim->assembly(home) == AssemblyState::stopped);
        sim->restart_cped();
        sim->run(Millis{60'000});
        CHECK(sim->home_of("rsc_vip") != home);
        sim->reboot_guest(home);
        sim->step(event::InstanceChanged{home, report_of(*sim, home, InstanceState::running)});
        REQUIRE(sim->run_until(DeployableState::running, Millis{60'000}));
    }
    SECTION("paused") {
        report.state = InstanceState::paused;
        sim->freeze(home, true);
        sim->step(event::InstanceChanged{home, report});
        sim->run(Millis{60'000});
        CHECK(sim->service("rsc_vip") != ServiceState::running);
        CHECK(sim->count("do instance") == 0);
        sim->freeze(home, false);
        sim->step(event::InstanceChanged{home, report_of(*sim, home, InstanceState::running)});
        REQUIRE(sim->run_until(DeployableState::running, Millis{60'000}));
        CHECK(sim->home_of("rsc_vip") == home);
    }
    CHECK(sim->broken.empty());
}

TEST_CASE("what somebody stopped stays so over a restart of cped") {
    auto sim = settled(document_named("two-tier"));
    sim->asks_who_stopped_it = true;
    auto stopped = report_of(*sim, "db", InstanceState::stopped);
    stopped.by_hand = true;
    sim->kill_guest("db");
    sim->step(event::InstanceChanged{"db", stopped});
    sim->run(Millis{30'000});
    sim->restart_cped();
    sim->run(Millis{60'000});
    CHECK(sim->assembly("db") == AssemblyState::stopped);
    CHECK(sim->guest("db").power == FakeGuest::Power::stopped);
    CHECK(sim->status().state == DeployableState::degraded);
    CHECK(sim->broken.empty());
}

TEST_CASE("why an assembly does not run is told until it does") {
    Sim sim(document_named("two-tier"));
    sim.begin();
    sim.fail_starts["db"] = 2;
    sim.start();
    const auto reason = [&] { return sim.status().assemblies.front().reason; };
    REQUIRE(sim.run_until([&] { return !reason().empty(); }, Millis{20'000}));
    CHECK(reason().find("it does not start") != std::string::npos);
    REQUIRE(sim.run_until([&] { return sim.count("do instance start db") == 2; }, Millis{60'000}));
    sim.restart_cped();
    CHECK_FALSE(reason().empty());
    REQUIRE(sim.run_until(DeployableState::running, Millis{300'000}));
    CHECK(reason().empty());
    CHECK(sim.broken.empty());
}

TEST_CASE("what cped itself stopped is started by the next cped, whatever the cloud makes of it") {
    auto sim = settled(document_named("two-tier"));
    sim->asks_who_stopped_it = true;
    sim->stop();
    REQUIRE(sim->run_until(DeployableState::stopped, Millis{60'000}));
    sim->restart_cped();
    sim->start();
    REQUIRE(sim->run_until(DeployableState::running, Millis{120'000}));
    CHECK(sim->broken.empty());
}

// A cloud that cannot be asked -------------------------------------------------------------------

TEST_CASE("a provider that cannot be asked is told of once, and nothing is restarted") {
    auto sim = settled(document_named("two-tier"));
    for (const auto* name : {"db", "web"})
        sim->step(
            event::InstanceChanged{name, report_of(*sim, name, InstanceState::unknown), "local"});
    sim->run(Millis{60'000});
    CHECK(told(*sim, "provider", "unreachable", "provider local: the cloud says so") == 1);
    CHECK(sim->status().state == DeployableState::running);
    CHECK(sim->status().assemblies.front().instance_state == InstanceState::unknown);
    CHECK(sim->count("do instance") == 0);
    for (const auto* name : {"db", "web"})
        sim->step(
            event::InstanceChanged{name, report_of(*sim, name, InstanceState::running), "local"});
    CHECK(told(*sim, "provider", "reachable") == 1);
    CHECK(sim->status().state == DeployableState::running);
    CHECK(sim->count("start_0") == 0);
}

TEST_CASE("a host key that a machine was created with is pinned, and forgotten with it") {
    auto sim = settled(document_named("two-tier"));
    auto report = report_of(*sim, "db", InstanceState::running);
    report.instance = "server-1";
    report.host_key = "ssh-ed25519 SHA256:one";
    sim->kill_guest("db");
    sim->step(event::InstanceChanged{"db", report});
    CHECK(told(*sim, "host_key", "pinned", "SHA256:one") == 1);
    CHECK(sim->broken.empty());
}
