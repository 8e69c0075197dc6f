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
    explicit Walk(unsigned seed) : sim_(document_named("three-tier")), random_(seed) {}

    void run(int faults) {
        sim_.begin();
        sim_.start();
        for (int i = 0; i < faults; ++i) {
            sim_.run(Millis{below(12'000)});
            do_harm();
        }
        make_well();
        const bool well = sim_.run_until(DeployableState::running, Millis{600'000});
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
        for (const char* name : names) CHECK(sim_.guest(name).power == FakeGuest::Power::absent);
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
        switch (below(22)) {
            case 20:
            case 21: return reload();
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
            default: sim_.fail_ticks = below(3); return;
        }
    }

    /// The document with another value, monitor or agent, with less or more in it, or as it was.
    void reload() {
        std::string text = document_named("three-tier");
        const auto replace = [&](std::string_view what, const std::string& with) {
            text.replace(text.find(what), what.size(), with);
        };
        const auto cut = [&](std::string_view from, std::string_view to) {
            const auto at = text.find(from);
            text.erase(at, text.find(to, at) + to.size() - at);
        };
        switch (below(7)) {
            case 0:
                return take(R"(<deployable name="three-tier" uuid="t3"><assemblies>
                    <assembly name="db" uuid="t3-db"/></assemblies></deployable>)");
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
        sim_.lose_results = sim_.fail_ticks = 0;
        sim_.fail_stops.clear();
        sim_.fail_starts.clear();
        for (const char* name : names) {
            FakeGuest& guest = sim_.guest(name);
            guest.mute_boot = guest.frozen = false;
            guest.fail_start.clear();
            guest.fail_stop.clear();
            guest.hangs.clear();
        }
        sim_.log.push_back("--- faults stop");
        take(document_named("three-tier"));
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
        for (std::size_t i = to > 100 ? to - 100 : 0; i < to; ++i) text += sim_.log[i] + "\n";
        return text;
    }

    Sim sim_;
    std::mt19937 random_;
};

unsigned from_environment(const char* name, unsigned otherwise) {
    const char* value = std::getenv(name);
    return value ? static_cast<unsigned>(std::atoi(value)) : otherwise;
}

}  // namespace

TEST_CASE("after any faults all is well again, and nothing forbidden happens on the way") {
    // CPE_WALK_SEED replays one; CPE_WALK_COUNT runs more.
    const unsigned only = from_environment("CPE_WALK_SEED", 0);
    const unsigned count = from_environment("CPE_WALK_COUNT", 25);
    for (unsigned seed = only ? only : 1; seed <= (only ? only : count); ++seed) {
        INFO("seed " << seed);
        Walk walk(seed);
        walk.run(60);
        walk.end();
    }
}
