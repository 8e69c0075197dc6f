// What the DPE promises in numbers: what rest costs, what trouble may cost, how fast it answers.
#include "test/engines/deployment/allocations.hpp"
#include "test/engines/deployment/script.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace cpe;
using namespace cpe::test;

namespace {

std::size_t most_in_a_minute(std::vector<double> times) {
    std::size_t most = 0;
    for (std::size_t from = 0, to = 0; to < times.size(); ++to) {
        while (times[to] - times[from] >= 60.0) ++from;
        most = std::max(most, to - from + 1);
    }
    return most;
}

std::vector<double> times_of(const Sim& sim, const std::string& text) {
    std::vector<double> times;
    for (const auto& line : sim.log)
        if (line.find(text) != std::string::npos) times.push_back(std::stod(line));
    return times;
}

}  // namespace

TEST_CASE("an hour at rest costs no row and no effect, and four ticks (the recheck)") {
    auto sim = running(document_named("two-tier"));
    const auto commits = sim->store.commits;
    const auto ticks = sim->ticks;
    const auto effects = sim->effects;
    sim->run(Millis{3'600'000});
    CHECK(sim->store.commits == commits);
    CHECK(sim->ticks - ticks == 4);
    CHECK(sim->effects - effects == 4);
    CHECK(sim->status().state == DeployableState::running);
}

TEST_CASE("a heartbeat allocates nothing, and is seen in the status") {
    auto sim = running(document_named("minimal"));
    const auto hash = hash_of_monitors(sim->guest("one").table());
    std::size_t used = 0;
    for (int i = 0; i < 100; ++i) {
        sim->run(Millis{10});
        event::GuestHeartbeat beat{"one", hash, Millis{0}};
        Event event{std::move(beat)};
        const auto before = allocations();
        const Ready ready = sim->step(std::move(event));
        used += allocations() - before;
        REQUIRE(ready.persist.empty());
        REQUIRE(ready.effects.empty());
    }
    CHECK(used == 0);
    CHECK(sim->status().assemblies.front().heartbeat == sim->now().wall);
    CHECK(sim->status().services.front().last_checked == sim->now().wall);
}

TEST_CASE("when a service was last checked is not forgotten with its monitors") {
    auto sim = running(document_named("minimal"));
    sim->run(Millis{60'000});
    const auto checked = sim->status().services.front().last_checked;
    CHECK(checked > WallTime{sim->now().wall.ms - 10'000});
    sim->unfenceable.insert("one");
    sim->freeze("one", true);
    REQUIRE(sim->run_until([&] { return sim->assembly("one") == AssemblyState::failed; },
                           Millis{30'000}));
    CHECK(sim->status().services.front().last_checked >= checked);
    sim->guest("one").hangs.insert("rsc_one_probe");  // so that the probe says nothing yet
    sim->freeze("one", false);
    REQUIRE(sim->run_until([&] { return sim->assembly("one") == AssemblyState::running; },
                           Millis{30'000}));
    CHECK(sim->status().services.front().last_checked >= checked);
}

TEST_CASE("the status says what a person has to do about a guest that nothing can fence") {
    auto sim = running(document_named("minimal"));
    sim->unfenceable.insert("one");
    sim->freeze("one", true);
    REQUIRE(sim->run_until([&] { return sim->assembly("one") == AssemblyState::failed; },
                           Millis{30'000}));
    CHECK(sim->status().assemblies.front().reason ==
          "no heartbeat for 6000 ms; its provider cannot fence it (make sure that it is down, "
          "then: cpe-ctl assembly "
          "confirm-down minimal one)");
    sim->freeze("one", false);
    REQUIRE(sim->run_until([&] { return sim->assembly("one") == AssemblyState::running; },
                           Millis{30'000}));
    CHECK(sim->status().assemblies.front().reason.empty());
}

TEST_CASE("the status says why a guest is not reached while it boots") {
    Sim sim(document_named("minimal"));
    sim.guest("one").mute_boot = true;
    sim.begin();
    sim.start();
    sim.run(Millis{2'000});
    sim.step(event::GuestGone{"one", "port 2222: Connection refused"});
    CHECK(sim.status().assemblies.front().reason == "port 2222: Connection refused");
    sim.run(Millis{120'000});
    CHECK(sim.count("boot limit: port 2222: Connection refused") >= 1);
    sim.guest("one").mute_boot = false;
    REQUIRE(sim.run_until([&] { return sim.assembly("one") == AssemblyState::running; },
                          Millis{300'000}));
    CHECK(sim.status().assemblies.front().reason.empty());
}

TEST_CASE("what an agent said stands in the detail of its failure") {
    auto sim = running(document_named("minimal"));
    MonitorReport report{"rsc_one_probe", Millis{1000}, {}};
    report.result.id = sim->guest("one").monitors.begin()->second.id;
    report.result.rc = 1;
    report.result.exit_reason = "the disk is on fire";
    report.result.output = "ocf-exit-reason:the disk is on fire\nsmoke: \"/dev/sda\"\n";
    const Ready ready = sim->step(event::MonitorReported{"one", report});
    const auto& events = ready.persist.events;
    const auto failed = std::find_if(events.begin(), events.end(), [](const auto& event) {
        return event.kind == "service_state_change" && event.state == "failed";
    });
    REQUIRE(failed != events.end());
    CHECK(failed->detail ==
          R"({"operation":"monitor","rc":1,"exit_reason":"the disk is on fire",)"
          R"("output":"ocf-exit-reason:the disk is on fire\nsmoke: \"/dev/sda\"\n"})");
    const auto told_with_it = std::count_if(
        events.begin(), events.end(), [](const auto& event) { return !event.detail.empty(); });
    CHECK(told_with_it == 1);
}

TEST_CASE("two steps from a reported failure to the first command, and no pause between") {
    auto sim = running(document_named("minimal"));
    const auto& row = sim->guest("one").monitors.begin()->second;
    MonitorReport report{"rsc_one_probe", Millis{1000}, {}};
    report.result.id = row.id;
    report.result.rc = 7;
    sim->guest("one").running.clear();
    const Ready first = sim->step(event::MonitorReported{"one", report});
    REQUIRE(first.effects.size() == 1);
    CHECK(std::holds_alternative<effect::RequestTick>(first.effects.front()));
    sim->run(sim->tick_takes);
    CHECK(sim->log.back().find("do run") != std::string::npos);
    CHECK(sim->log.back().find("stop_0") != std::string::npos);
}

TEST_CASE("a start that always fails is tried about once a minute, and the others run") {
    Sim sim(document_named("two-services"));
    sim.guest("one").fail_start["rsc_one_bad"] = 1;
    sim.begin();
    sim.start();
    sim.run(Millis{3'600'000});
    const auto starts = sim.guest("one").starts["rsc_one_bad"];
    CHECK(starts >= 55);
    CHECK(starts <= 70);
    CHECK(sim.guest("one").starts["rsc_one_good"] == 1);
    CHECK(sim.service("rsc_one_good") == ServiceState::running);
    CHECK(sim.broken.empty());
}

TEST_CASE("a service that flaps without end does not exceed the bound, which is told once") {
    auto sim = running(document_named("two-services"));
    sim->forget();
    for (int i = 0; i < 3000; ++i) {
        sim->run(Millis{100});
        if (sim->service("rsc_one_bad") == ServiceState::running &&
            sim->guest("one").running.count("rsc_one_bad"))
            sim->kill_service("rsc_one_bad");
    }
    CHECK(most_in_a_minute(times_of(*sim, "do tick")) <= 30);
    CHECK(times_of(*sim, "do tick").size() > 30);
    CHECK(sim->count("event limit") >= 1);
    CHECK(sim->count("event limit") <= 5);
    CHECK(sim->guest("one").starts["rsc_one_good"] == 1);
}

TEST_CASE("a restart of cped keeps escalation windows and pauses") {
    Sim sim(document_named("escalate-2"));
    sim.begin();
    sim.start();
    REQUIRE(sim.run_until(DeployableState::running));
    sim.run(Millis{2'000});
    sim.kill_service("rsc_one_probe");
    REQUIRE(sim.run_until(DeployableState::recovering));
    REQUIRE(sim.run_until(DeployableState::running));
    CHECK(sim.status().services.front().failures == 1);
    sim.restart_cped();
    sim.run(Millis{2'000});
    CHECK(sim.status().services.front().failures == 1);
    sim.kill_service("rsc_one_probe");
    sim.run(Millis{2'000});
    CHECK(sim.count("event escalation") == 1);
    CHECK(sim.store.memory["service rsc_one_probe"].find("failures") == std::string::npos);
}

TEST_CASE("a service that runs with other parameters than today's is restarted, the others kept") {
    auto sim = running(document_named("two-tier"));
    std::string changed = document_named("two-tier");
    changed.replace(changed.find("<value>mysqld</value>"), 21, "<value>mariadb</value>");
    sim->restart_cped(changed);
    sim->run(Millis{5'000});
    CHECK(sim->guest("db").starts["rsc_db_mysqld"] == 2);
    CHECK(sim->guest("db").given["rsc_db_mysqld"].find("fake=mariadb") != std::string::npos);
    CHECK(sim->status().state == DeployableState::running);
    CHECK(sim->broken.empty());
}

TEST_CASE("monitors that a guest silently lost are scheduled anew, one heartbeat may differ") {
    auto sim = running(document_named("two-tier"));
    sim->forget();
    sim->guest("db").monitors.clear();
    sim->run(Millis{2'000});
    CHECK(sim->count("event monitors") == 0);
    sim->run(Millis{3'000});
    CHECK(sim->count("event monitors db") == 1);
    CHECK(sim->guest("db").monitors.size() == 1);
    CHECK(sim->guest("db").starts["rsc_db_mysqld"] == 1);
    sim->run(Millis{60'000});
    CHECK(sim->count("event monitors") == 1);
}

TEST_CASE("monitors that stay overdue are scheduled anew, then the guest is restarted") {
    auto sim = running(document_named("two-tier"));
    sim->forget();
    sim->guest("db").overdue = Millis{30'000};
    sim->run(Millis{3'000});
    CHECK(sim->count("event monitors db") == 1);
    CHECK(sim->assembly("db") == AssemblyState::running);
    REQUIRE(sim->run_until([&] { return sim->count("instance stop db") == 1; }, Millis{300'000}));
    sim->guest("db").overdue = Millis{0};
    CHECK(sim->run_until(DeployableState::running));
}

TEST_CASE("a daemon that stood still does not blame its guests") {
    auto sim = running(document_named("two-tier"));
    sim->forget();
    sim->stand_still(Millis{20'000});
    sim->run(Millis{10'000});
    CHECK(sim->log.empty());
    CHECK(sim->status().state == DeployableState::running);
}

TEST_CASE("a new daemon that stood still gives its guests and providers that time, too") {
    auto sim = running(document_named("minimal"));
    sim->forget();
    sim->fail_starts["one"] = 1;
    sim->guest("one").reconnects_after = Millis{2'000};
    sim->restart_cped();
    sim->stand_still(Millis{20'000});  // the provider's refusal is read after the boot limit
    sim->step(event::StoodStill{Millis{20'000}});
    sim->run(Millis{10'000});
    CHECK(sim->count("do instance stop") == 0);
    CHECK(sim->count("event escalation") == 0);
    CHECK(sim->status().state == DeployableState::running);
}

TEST_CASE("guests that return one after the other to a new cped are left alone") {
    const std::string late = GENERATE("db", "web");
    const auto pause = GENERATE(Millis{60}, Millis{400}, Millis{4'000});
    auto sim = running(document_named("two-tier"));
    sim->guest(late).reconnects_after = pause;
    sim->forget();
    sim->restart_cped();
    sim->run(Millis{10'000});
    INFO(late << " returns after " << pause.count() << " ms");
    CHECK(sim->count("stop_0") == 0);
    CHECK(sim->count("start_0") == 0);
    CHECK(sim->status().state == DeployableState::running);
}

TEST_CASE(
    "a guest that does not return to a new cped holds up the others twice as long as it may be "
    "silent, and has failed then") {
    auto sim = running(document_named("two-tier"));
    sim->freeze("db", true);
    sim->forget();
    sim->restart_cped();
    sim->run(Millis{11'000});
    CHECK(sim->count("rsc_web_httpd monitor_0") == 0);
    sim->run(Millis{2'000});
    CHECK(sim->count("instance stop db") == 1);
    CHECK(sim->count("rsc_web_httpd monitor_0") >= 1);
    CHECK(sim->run_until([&] { return sim->service("rsc_web_httpd") == ServiceState::stopped; },
                         Millis{1'000}));
}

TEST_CASE("a stop goes on when a guest returns late to a new cped, and in its order if it can") {
    const auto pause = GENERATE(Millis{60}, Millis{2'000}, Millis{8'000}, Millis{30'000});
    auto sim = running(document_named("two-tier"));
    sim->guest("web").reconnects_after = pause;
    sim->forget();
    sim->stop();
    sim->restart_cped();
    INFO("web returns after " << pause.count() << " ms");
    REQUIRE(sim->run_until(DeployableState::stopped));
    CHECK(sim->guest("web").power == FakeGuest::Power::stopped);
    const auto web = times_of(*sim, "rsc_web_httpd stop_0");
    const auto db = times_of(*sim, "rsc_db_mysqld stop_0");
    REQUIRE_FALSE(db.empty());
    if (pause > Millis{6'000}) return;
    REQUIRE_FALSE(web.empty());
    CHECK(web.back() <= db.front());
}

TEST_CASE("what was under way when cped ended is told as lost and aborted") {
    Sim sim(document_named("minimal"));
    sim.operation_takes = Millis{3'000};
    sim.begin();
    sim.start();
    REQUIRE(sim.run_until([&] { return sim.count("start_0 pending") == 1; }, Millis{60'000}));
    sim.operation_takes = Millis{20};
    sim.forget();
    sim.restart_cped();
    CHECK(sim.count("start_0 lost") == 1);
    CHECK(sim.count("T1 aborted") == 1);
    CHECK(sim.run_until(DeployableState::running));
    sim.run(Millis{1'000});
    CHECK(sim.store.load().pending.empty());
}

TEST_CASE("a fence that was confirmed while the scheduler planned it is not carried out again") {
    const auto tick_takes = GENERATE(Millis{5}, Millis{200}, Millis{1'500}, Millis{4'000});
    auto sim = running(document_named("two-tier"));
    sim->tick_takes = tick_takes;
    sim->forget();
    sim->kill_guest("db", true);
    REQUIRE(sim->run_until(DeployableState::running, Millis{60'000}));
    sim->run(Millis{10'000});
    INFO("a tick takes " << tick_takes.count() << " ms");
    CHECK(sim->count("event fencing db -> confirmed") == 1);
    CHECK(sim->status().state == DeployableState::running);
}

TEST_CASE("the answer to a tick of before a stop is not carried out after the next start") {
    auto sim = running(document_named("minimal"));
    sim->tick_takes = Millis{3'000};
    sim->forget();
    sim->stop();
    sim->kill_guest("one", true);
    REQUIRE(sim->run_until(DeployableState::stopped, Millis{1'000}));
    sim->start();
    REQUIRE(sim->run_until(DeployableState::running));
    CHECK(sim->count("which is not there") == 0);
    CHECK(sim->count("stop_0") == 0);
}

TEST_CASE("a hard failure that somebody repaired by hand is seen at the next probe") {
    Sim sim(document_named("two-services"));
    sim.guest("one").fail_start["rsc_one_bad"] = 5;
    sim.begin();
    sim.start();
    REQUIRE(sim.run_until(DeployableState::degraded));
    sim.run(Millis{1'000});
    sim.restart_cped();
    sim.run(Millis{2'000});
    CHECK(sim.service("rsc_one_bad") == ServiceState::unrecoverable);
    sim.guest("one").running.insert("rsc_one_bad");
    sim.restart_cped();
    sim.run(Millis{2'000});
    CHECK(sim.status().state == DeployableState::running);
    CHECK(sim.guest("one").starts["rsc_one_bad"] == 1);
}

TEST_CASE("after its end nothing is done, and a wish is refused") {
    auto sim = running(document_named("minimal"));
    sim->remove();
    REQUIRE(sim->run_until([&] { return sim->retired; }, Millis{60'000}));
    const auto commits = sim->store.commits;
    const Ready ready = sim->step(event::Operator{event::Operator::Wish::start, {9}, "alice"});
    REQUIRE(ready.effects.size() == 1);
    const auto& reply = std::get<effect::Reply>(ready.effects.front());
    REQUIRE_FALSE(reply.outcome.has_value());
    CHECK(reply.outcome.error().code == Errc::not_found);
    CHECK(sim->step(event::GuestUp{"one", {}}).effects.empty());
    CHECK(sim->store.commits == commits);
}

TEST_CASE("memory that cannot be read and names that nobody knows do no harm") {
    Sim sim(document_named("minimal"));
    sim.store.memory = {{"service rsc_one_probe", "{\"failures\":7,\"attempts\":\"x\",\"hard\":1}"},
                        {"service nobody", "{}"},
                        {"assembly one", "not json"},
                        {"deployable", "[1]"}};
    sim.store.stored.wanted = true;
    sim.restart_cped();
    CHECK(sim.run_until(DeployableState::running));
    CHECK(sim.step(event::GuestUp{"nobody", {}}).effects.empty());
    CHECK(sim.step(event::TickDone{999, Error{}}).effects.empty());
    CHECK(sim.step(event::OperationDone{"one", {}}).effects.empty());
    CHECK(sim.step(event::MonitorReported{"one", {}}).effects.empty());
    CHECK(sim.step(event::InstanceCommandDone{"one", {999}, InstanceReport{}}).effects.empty());
}

TEST_CASE("the CIB for admission is one that the scheduler takes") {
    const Sim sim(document_named("three-tier"));
    const auto cib = sim.admission_cib();
    REQUIRE(cib.has_value());
    CHECK(cib->find("rsc_app_one") != std::string::npos);
}
