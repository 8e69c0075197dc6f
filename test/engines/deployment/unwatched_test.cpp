// While an assembly waits for its fence, or for a person, what runs elsewhere is watched as ever;
// so is what runs in the assembly itself once it speaks again.
#include "test/engines/deployment/script.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace cpe;
using namespace cpe::test;

namespace {

/// A silence, two heartbeats that differ, a plan, and what is done by it.
constexpr Millis bound{15'000};

bool is_watched(const FakeGuest& guest, const std::string& resource) {
    return std::any_of(guest.monitors.begin(), guest.monitors.end(),
                       [&](const auto& row) { return row.first.first == resource; });
}

/// What is said to run in a guest that speaks, and nothing there looks at it.
std::string unwatched(Sim& sim) {
    std::string text;
    for (const auto& s : sim.status().services) {
        if (s.state != ServiceState::running) continue;
        for (const auto& place : s.assemblies)
            if (sim.guest(place).speaks() && !is_watched(sim.guest(place), s.resource))
                text += s.resource + " in " + place + "; ";
    }
    return text;
}

void check(Sim& sim) {
    std::string lines;
    for (const auto& line : sim.log) lines += line + "\n";
    INFO(lines);
    CHECK(unwatched(sim) == "");
}

/// One assembly is silent, and its fence is not confirmed.
struct Waiting {
    Waiting(const std::string& document, std::size_t which, bool ever)
        : sim(document_named(document)) {
        sim.begin();
        sim.start();
        REQUIRE(sim.run_until(DeployableState::running));
        sim.run(Millis{5'000});
        const auto all = sim.status().assemblies;
        lost = all.at(which % all.size()).name;
        for (const auto& a : all)
            if (a.name != lost) others.push_back(a.name);
        ever ? void(sim.fail_stops[lost] = 1'000) : void(sim.unfenceable.insert(lost));
        sim.forget();
        sim.freeze(lost, true);
        sim.run(bound);
    }
    void forget_monitors() {
        for (const auto& name : others) sim.guest(name).monitors.clear();
    }

    Sim sim;
    std::string lost;
    std::vector<std::string> others;
};

}  // namespace

TEST_CASE("what runs beside an assembly that waits for its fence is watched, whatever happens") {
    const std::string document =
        GENERATE("shop", "three-tier", "floating", "clones", "promotable", "ordered-promotable");
    const std::size_t which = GENERATE(0U, 1U);
    const bool ever = GENERATE(false, true);
    const std::string what = GENERATE("nothing", "forgotten", "agents", "cped", "brake");
    INFO(document << ", assembly " << which << (ever ? ", tried again, " : ", by nobody, ")
                  << what);
    Waiting story(document, which, ever);
    Sim& sim = story.sim;
    check(sim);
    if (what == "agents")
        for (const auto& name : story.others) sim.restart_agent(name);
    if (what == "cped") sim.restart_cped();
    if (what == "brake") sim.brake(true);
    sim.run(bound);
    check(sim);
    if (what != "nothing") story.forget_monitors();
    sim.run(bound);
    check(sim);
    const auto ticks = sim.ticks;
    sim.run(Millis{120'000});
    // Where nothing runs nothing waits: it is started again, as often as it does not speak.
    if (document != "floating" || which == 0)
        CHECK(sim.ticks <=
              ticks + (what == "brake" ? 1 : 0));  // and nothing is asked over and over
    if (what == "brake") sim.brake(false);
    sim.freeze(story.lost, false);
    sim.run(bound);
    check(sim);
}

TEST_CASE(
    "so is what can only be stopped once it is proven down, and nothing is planned meanwhile") {
    const std::string document = GENERATE("clones", "promotable", "ordered-promotable");
    const std::size_t which = GENERATE(0U, 1U);
    INFO(document << ", assembly " << which);
    Waiting story(document, which, false);
    Sim& sim = story.sim;
    const std::string other = story.others.front();
    sim.stop();
    sim.run(bound);
    REQUIRE_FALSE(sim.guest(other).running.empty());  // Pacemaker stops a clone as a whole
    check(sim);
    const auto ticks = sim.ticks;
    sim.run(Millis{120'000});
    CHECK(sim.ticks == ticks);
    sim.restart_agent(other);
    sim.run(bound);
    check(sim);
    CHECK(sim.assembly(other) == AssemblyState::running);

    sim.kill_guest(story.lost);
    sim.wish(event::Operator::Wish::confirm_down, story.lost);
    CHECK(sim.run_until(DeployableState::stopped));
    CHECK(sim.guest(other).running.empty());
}

TEST_CASE("the instance that is to be promoted is watched until the old one is confirmed down") {
    Waiting story("promotable", 0, false);
    Sim& sim = story.sim;
    CHECK(is_watched(sim.guest("b"), "rsc_db"));
    CHECK_FALSE(sim.guest("b").promoted.contains("rsc_db"));
    sim.kill_guest("a");
    sim.wish(event::Operator::Wish::confirm_down, "a");
    sim.run(bound);
    check(sim);
    CHECK(sim.guest("b").promoted.contains("rsc_db"));
}
