// A seeded random walk: faults of every kind at random times, then they stop, and all must be well
// again. What must never happen is checked by the small world at every step.
#include "test/engines/deployment/script.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <random>

using namespace cpe;
using namespace cpe::test;

namespace {

class Walk {
public:
    /// `all_rungs`: providers that cannot fence, instances that vanish, and a person's hand, too.
    Walk(const std::string& document, unsigned seed, bool all_rungs)
        : document_(document_named(document)),
          sim_(document_),
          random_(seed),
          all_rungs_(all_rungs) {}

    void run(int faults) {
        sim_.begin();
        sim_.start();
        for (int i = 0; i < faults; ++i) {
            sim_.run(Millis{below(12'000)});
            all_rungs_&& below(3) == 0 ? do_more_harm() : do_harm();
        }
        make_well();
        bool well = sim_.run_until(DeployableState::running, Millis{600'000});
        for (int hours = 0; all_rungs_ && !well && hours < 5; ++hours) {
            a_person_looks();
            well = sim_.run_until(DeployableState::running, Millis{3'600'000});
        }
        if (well) sim_.run(Millis{90'000});
        INFO(story());
        REQUIRE(well);
        CHECK(sim_.status().state == DeployableState::running);
        check_truth();
        check_rest();
        CHECK(sim_.broken.empty());
    }

    void end() {
        sim_.remove();
        const bool retired = sim_.run_until([&] { return sim_.retired; }, Millis{600'000});
        INFO(story());
        REQUIRE(retired);
        CHECK(sim_.broken.empty());
        CHECK(sim_.store.gone);
        for (const char* name : names) {
            const FakeGuest& guest = sim_.guest(name);
            CHECK((guest.given_back || guest.power == FakeGuest::Power::absent));
            CHECK(guest.left.empty());
        }
        if (sim_.has_guest("more")) CHECK(sim_.guest("more").power == FakeGuest::Power::absent);
    }

private:
    static constexpr const char* names[] = {"db", "app", "web"};
    static constexpr const char* resources[] = {"rsc_db_sql", "rsc_app_one", "rsc_app_two",
                                                "rsc_web_http"};

    int below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }

    void do_harm() {
        const std::string name = names[below(3)];
        const std::string resource = resources[below(4)];
        FakeGuest& guest = sim_.guest(name);
        FakeGuest& home = sim_.guest(sim_.home_of(resource));
        switch (below(26)) {
            case 24:
            case 25: return reload();
            case 0:
            case 1: return sim_.kill_service(resource);
            case 2: return sim_.kill_guest(name);
            case 3: return sim_.kill_guest(name, true);
            case 4: return sim_.restart_agent(name);
            case 5: return sim_.freeze(name, true);
            case 6: return sim_.freeze(name, false);
            case 7: return sim_.restart_cped();
            case 8: return sim_.lose_next_result();
            case 9: home.fail_start[resource] = below(2); return;
            case 10: home.fail_stop[resource] = below(2); return;
            case 11: guest.mute_boot = below(2) == 0; return;
            case 12: sim_.fail_stops[name] = below(3); return;
            case 13: sim_.fail_starts[name] = below(3); return;
            case 14:
                if (guest.power == FakeGuest::Power::running) sim_.reboot_guest(name);
                return;
            case 17: sim_.tick_takes = Millis{below(4) * 800 + 5}; return;
            case 18: sim_.boot_takes = Millis{below(5'000)}; return;
            case 15: home.hangs.insert(resource); return;
            case 16: home.hangs.clear(); return;
            case 20: return sim_.brake(below(2) == 0);
            case 21: return sim_.wish(Wish::maintenance_on, below(2) == 0 ? name : "");
            case 22: return leave(name);
            default: sim_.fail_ticks = below(3); return;
        }
    }

    void do_more_harm() {
        const std::string name = names[below(3)];
        switch (below(8)) {
            case 0: return sim_.lose_instance(name);
            case 1: return void(sim_.unfenceable.insert(name));
            case 2: return void(sim_.unfenceable.erase(name));
            case 3: return sim_.wish(Wish::restart_assembly, name);
            case 4: return sim_.wish(Wish::retry_service, resources[below(4)]);
            case 5: return a_person_looks();
            case 6: return below(4) == 0 ? sim_.stop() : sim_.start();
            default: return sim_.kill_guest(name, true);
        }
    }

    /// What is lost and cannot be fenced is made sure of, and everything wanted.
    void a_person_looks() {
        for (const auto& a : sim_.status().assemblies) {
            if (a.state != AssemblyState::failed) continue;
            sim_.kill_guest(a.name);
            sim_.wish(Wish::confirm_down, a.name);
        }
        sim_.start();
    }

    /// The two switches are apart: the one that is on is turned off.
    void leave(const std::string& name) {
        if (sim_.maintained.count(name)) return sim_.wish(Wish::maintenance_off, name);
        if (sim_.maintained.count("")) sim_.wish(Wish::maintenance_off);
    }

    /// The document with another value, monitor or agent, with less or more in it, or as it was.
    void reload() {
        std::string text = document_;
        const auto replace = [&](std::string_view what, const std::string& with) {
            text.replace(text.find(what), what.size(), with);
        };
        const auto cut = [&](std::string_view from, std::string_view to) {
            const auto at = text.find(from);
            text.erase(at, text.find(to, at) + to.size() - at);
        };
        switch (below(7)) {
            case 0:
                cut("<assembly name=\"app\"", "</assembly>");
                cut("<assembly name=\"web\"", "</assembly>");
                cut("<constraints", "</constraints>");
                break;
            case 1: replace("monitor_interval=\"2s\"", "monitor_interval=\"3s\""); break;
            case 2: replace("type=\"Dummy\"", "type=\"Other\""); break;
            case 3: cut("<service name=\"two\"", "/>"); break;
            case 4:
                cut("<assembly name=\"web\"", "</assembly>");
                cut("<service_dependency id=\"2\"", "/>");
                break;
            case 5:
                replace("escalation_period=\"60\"/>",
                        "escalation_period=\"60\"><parameters><parameter name=\"fake\" value=\"" +
                            std::to_string(below(3)) + "\"/></parameters></service>");
                replace("  </assemblies>", "<assembly name=\"more\" uuid=\"m\"/></assemblies>");
                break;
            default: break;
        }
        take(text);
    }

    void take(const std::string& document) {
        const auto taken = sim_.reload(document);
        sim_.log.push_back("--- reloaded: " + (taken ? document : taken.error().line()));
    }

    void make_well() {
        sim_.brake(false);
        for (const std::string& name : std::set<std::string>(sim_.maintained))
            sim_.wish(Wish::maintenance_off, name);
        sim_.lose_results = sim_.fail_ticks = 0;
        sim_.fail_stops.clear();
        sim_.fail_starts.clear();
        sim_.unfenceable.clear();
        for (const char* name : names) {
            FakeGuest& guest = sim_.guest(name);
            guest.mute_boot = guest.frozen = false;
            guest.fail_start.clear();
            guest.fail_stop.clear();
            guest.hangs.clear();
        }
        sim_.log.push_back("--- faults stop");
        take(document_);
        if (all_rungs_) a_person_looks();
    }

    /// What it believes is what is.
    void check_truth() {
        for (const auto& s : sim_.status().services) {
            const FakeGuest& guest = sim_.guest(s.assemblies.front());
            INFO(s.resource);
            CHECK(guest.running.count(s.resource) == 1);
            CHECK(guest.monitors.count({s.resource, Millis{2000}}) == 1);
            CHECK(s.last_checked);
        }
    }

    /// Well again means at rest: no tick, no row, no effect.
    void check_rest() {
        const auto ticks = sim_.ticks;
        const auto commits = sim_.store.commits;
        const auto effects = sim_.effects;
        sim_.run(Millis{60'000});
        CHECK(sim_.ticks == ticks);
        CHECK(sim_.store.commits == commits);
        CHECK(sim_.effects == effects);
    }

    /// What happened around the first violation, or last.
    std::string story() const {
        std::size_t to = 0;
        while (to < sim_.log.size() && sim_.log[to].find("BROKEN") == std::string::npos) ++to;
        to = std::min(to + 10, sim_.log.size());
        std::string text;
        for (std::size_t i = to > 100000 ? to - 100 : 0; i < to; ++i) text += sim_.log[i] + "\n";
        return text;
    }

    const std::string document_;
    Sim sim_;
    std::mt19937 random_;
    bool all_rungs_;
};

unsigned from_environment(const char* name, unsigned otherwise) {
    const char* value = std::getenv(name);
    return value ? static_cast<unsigned>(std::atoi(value)) : otherwise;
}

/// CPE_WALK_SEED replays one; CPE_WALK_COUNT runs more.
void walk_through(const std::string& document, bool all_rungs) {
    const unsigned only = from_environment("CPE_WALK_SEED", 0);
    const unsigned count = from_environment("CPE_WALK_COUNT", 25);
    for (unsigned seed = only ? only : 1; seed <= (only ? only : count); ++seed) {
        INFO("seed " << seed);
        Walk walk(document, seed, all_rungs);
        walk.run(60);
        walk.end();
    }
}

}  // namespace

TEST_CASE("after any faults all is well again, and nothing forbidden happens on the way") {
    walk_through("three-tier", false);
}

TEST_CASE("so it is with every rung of the ladder, and with an operator's hand in it") {
    walk_through("all-rungs", true);
}
