// The windows of the ladder, to the millisecond, as the whole engine judges them (design.md §8),
// and what the pauses at its end come to.
#include "test/engines/deployment/script.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <set>

using namespace cpe;
using namespace cpe::test;

namespace {

std::string escalation(int failures, int seconds) {
    return " escalation_failures=\"" + std::to_string(failures) + "\" escalation_period=\"" +
           std::to_string(seconds) + "\"";
}

/// One assembly, one service; each with its own window.
std::string document(const std::string& assembly, const std::string& service,
                     const std::string& deployable = {}) {
    return "<deployable name=\"w\" uuid=\"w1\"" + deployable +
           "><assemblies><assembly name=\"one\" "
           "uuid=\"w1-one\"" +
           assembly +
           "><services><service name=\"probe\" class=\"ocf\" "
           "type=\"Dummy\" monitor_interval=\"1s\"" +
           service +
           "/></services></assembly>"
           "</assemblies></deployable>";
}

void run_to(Sim& sim, MonoTime moment) {
    sim.run(moment - sim.now().mono);
}

/// The guest's monitor reports a failure at this very moment.
void fail_service(Sim& sim) {
    const auto& row = sim.guest("one").monitors.begin()->second;
    MonitorReport report{"rsc_one_probe", Millis{1000}, {}};
    report.result.id = row.id;
    report.result.rc = ocf::not_running;
    sim.guest("one").running.clear();
    sim.step(event::MonitorReported{"one", report});
}

std::size_t rungs(const Sim& sim, const std::string& rung) {
    return sim.count(" -> " + rung + " (");
}

}  // namespace

TEST_CASE("a service escalates when its Nth failure is a period after the first, and not later") {
    const auto [late, escalates] =
        GENERATE(table<int, bool>({{-1, true}, {0, true}, {1, false}, {5'000, false}}));
    auto sim = running(document({}, escalation(3, 60)));
    const MonoTime first = sim->now().mono;
    for (const int after : {0, 20'000, 60'000 + late}) {
        run_to(*sim, first + Millis{after});
        REQUIRE(sim->service("rsc_one_probe") == ServiceState::running);
        fail_service(*sim);
    }
    INFO("late by " << late << " ms");
    CHECK(sim->count("event escalation one/probe -> assembly") == (escalates ? 1 : 0));
    CHECK(sim->status().services.front().failures == (escalates ? 0 : 2));
    CHECK(sim->run_until(DeployableState::running));
    CHECK(sim->guest("one").instance == (escalates ? 2U : 1U));
}

TEST_CASE("an assembly escalates when its Nth failure is a period after the first, and not later") {
    const auto [late, escalates] = GENERATE(table<int, bool>({{-1, true}, {0, true}, {1, false}}));
    auto sim = running(document(escalation(3, 90), {}));
    const MonoTime first = sim->now().mono;
    for (const int after : {0, 40'000, 90'000 + late}) {
        run_to(*sim, first + Millis{after});
        REQUIRE(sim->assembly("one") == AssemblyState::running);
        sim->kill_guest("one", true);
    }
    INFO("late by " << late << " ms");
    CHECK(rungs(*sim, "deployable") == (escalates ? 1 : 0));
    CHECK(sim->run_until(DeployableState::running));
    CHECK(sim->count("event overhaul -> ended") == (escalates ? 1 : 0));
    CHECK(sim->broken.empty());
}

TEST_CASE("N-1 failures restart, the Nth escalates, and then it counts from zero, on each rung") {
    auto sim = running(document(escalation(2, 600), escalation(3, 600), escalation(2, 3600)));
    // 3 failures of the service are one of the assembly, 2 of the assembly one of the deployable.
    for (std::size_t failure = 1; failure <= 11; ++failure) {
        fail_service(*sim);
        INFO("failure " << failure);
        CHECK(rungs(*sim, "assembly") == failure / 3);
        CHECK(rungs(*sim, "deployable") == failure / 6);
        CHECK(rungs(*sim, "give_up") == 0);
        CHECK(sim->status().services.front().failures == static_cast<int>(failure % 3));
        REQUIRE(sim->run_until(DeployableState::running, Millis{300'000}));
        sim->run(Millis{1'500});
    }
    fail_service(*sim);
    CHECK(rungs(*sim, "assembly") == 4);
    CHECK(rungs(*sim, "deployable") == 2);
    CHECK(rungs(*sim, "give_up") == 1);
    CHECK(sim->status().state == DeployableState::unrecoverable);
    CHECK(sim->broken.empty());
}

TEST_CASE("the counts of every rung survive restarts of cped") {
    auto sim = running(document(escalation(2, 600), escalation(3, 600), escalation(2, 3600)));
    for (int failure = 0; failure < 12; ++failure) {
        fail_service(*sim);
        sim->run(Millis{30});
        sim->restart_cped();
        if (failure == 11) break;
        REQUIRE(sim->run_until(DeployableState::running, Millis{300'000}));
        sim->run(Millis{1'500});
    }
    CHECK(rungs(*sim, "assembly") == 4);
    CHECK(rungs(*sim, "deployable") == 2);
    CHECK(rungs(*sim, "give_up") == 1);
    CHECK(sim->broken.empty());
}

TEST_CASE("a boot that came to nothing long ago costs no disk") {
    Sim sim(document_named("rebuildable"));
    sim.begin();
    sim.start();
    REQUIRE(sim.run_until(DeployableState::running));
    const auto name = sim.status().assemblies.front().name;
    for (int time = 0; time < 3; ++time) {
        sim.guest(name).mute_boot = true;
        sim.kill_guest(name, true);
        sim.run(Millis{20'000});  // its next boot comes up
        sim.guest(name).mute_boot = false;
        REQUIRE(sim.run_until(DeployableState::running, Millis{300'000}));
        sim.run(Millis{60'000});
    }
    CHECK(sim.count("did not speak within the boot limit") > 0);
    CHECK(sim.count("-> rebuild") == 0);
    CHECK(sim.count("do instance destroy") == 0);
}

TEST_CASE("a failure that cped finds unchanged after its restart is not counted again") {
    auto sim = running(document({}, escalation(2, 600)));
    sim->tick_takes = Millis{3'000};
    fail_service(*sim);
    REQUIRE(sim->service("rsc_one_probe") == ServiceState::failed);
    sim->guest("one").fail_probe["rsc_one_probe"] = ocf::unknown_error;
    sim->restart_cped();
    sim->tick_takes = Millis{5};
    REQUIRE(sim->run_until([&] { return sim->count("monitor_0 complete rc 1/7") == 1; },
                           Millis{10'000}));
    CHECK(sim->status().services.front().failures == 1);
    CHECK(sim->count("event escalation") == 0);
    sim->guest("one").fail_probe.clear();
    CHECK(sim->run_until(DeployableState::running));
}

TEST_CASE("an assembly that stays lost, and its boots that a provider refuses, count once") {
    auto sim = running(document(escalation(2, 600), {}));
    sim->fail_stops["one"] = 5;
    sim->fail_starts["one"] = 5;
    sim->kill_guest("one", true);
    sim->run(Millis{40'000});
    sim->restart_cped();
    REQUIRE(sim->run_until(DeployableState::running, Millis{300'000}));
    CHECK(rungs(*sim, "assembly") == 1);
    CHECK(rungs(*sim, "deployable") == 0);
}

TEST_CASE("a service that waits for a person does not fail again, whatever probes say of it") {
    Sim sim(document_named("escalate-2"));
    sim.guest("one").fail_start["rsc_one_probe"] = 5;
    sim.begin();
    sim.start();
    REQUIRE(sim.run_until(DeployableState::degraded));
    sim.guest("one").fail_probe["rsc_one_probe"] = 1;
    for (int i = 0; i < 4; ++i) {
        sim.reboot_guest("one");
        sim.run(Millis{6'000});
    }
    CHECK(sim.count("event escalation") == 0);
    CHECK(sim.count("event backoff") == 0);
    CHECK(sim.service("rsc_one_probe") == ServiceState::unrecoverable);
}

TEST_CASE("what fails while the whole deployable is taken down is not counted") {
    auto sim = running(document(escalation(1, 600), escalation(2, 600)));
    sim->guest("one").fail_stop["rsc_one_probe"] = 1;
    sim->reboot_guest("one");  // one failure of the assembly: the whole is restarted
    REQUIRE(
        sim->run_until([&] { return sim->count("event overhaul -> begun") == 1; }, Millis{10'000}));
    REQUIRE(sim->run_until(DeployableState::running));
    CHECK(rungs(*sim, "deployable") == 1);
    CHECK(sim->status().services.front().failures == 0);
}

TEST_CASE("the pauses of giving up double up to an hour, each shortened by at most half") {
    auto sim = running(document(escalation(1, 600), {}, escalation(1, 600)));
    double longest = 0;
    for (int i = 0; i < 9; ++i) {
        sim->kill_guest("one", true);
        REQUIRE(sim->status().state == DeployableState::unrecoverable);
        const MonoTime since = sim->now().mono;
        REQUIRE(sim->run_until(DeployableState::running, Millis{3'700'000}));
        const double pause = static_cast<double>((sim->now().mono - since).count()) / 1000;
        const double full = std::min(60.0 * std::pow(2, i), 3600.0);
        INFO("pause " << i << ": " << pause);
        CHECK(pause >= full / 2);
        CHECK(pause <= full + 5);
        longest = std::max(longest, pause);
        sim->run(Millis{1'000});
    }
    CHECK(longest > 1800);
    // Well for its own period: the next pause is a short one again.
    sim->run(Millis{601'000});
    sim->kill_guest("one", true);
    CHECK(sim->run_until(DeployableState::running, Millis{65'000}));
    CHECK(sim->broken.empty());
}

TEST_CASE(
    "deployables that are given up together are not tried again together, and replays are exact") {
    const auto pause_of = [](const std::string& name) {
        std::string text = document(escalation(1, 600), {}, escalation(1, 600));
        text.replace(text.find("\"w\""), 3, "\"" + name + "\"");
        auto sim = running(text);
        sim->kill_guest("one", true);
        const MonoTime since = sim->now().mono;
        REQUIRE(sim->run_until(DeployableState::running, Millis{3'700'000}));
        return (sim->now().mono - since).count();
    };
    std::set<std::int64_t> pauses;
    for (int i = 0; i < 8; ++i) pauses.insert(pause_of("shop" + std::to_string(i)));
    CHECK(pauses.size() == 8);
    CHECK(*pauses.rbegin() - *pauses.begin() > 5'000);
    CHECK(pause_of("shop0") == pause_of("shop0"));
}
