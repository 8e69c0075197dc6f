// The operations of one guest: no session, no clock.
#include "adapters/ssh/desk.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace cpe;
using namespace cpe::ssh;
using Outcome = OperationResult::Outcome;

namespace {

const GuestFacts first_life{"boot-1", 0, "web"};
const GuestFacts second_life{"boot-2", 0, "web"};

struct Office {
    Desk desk{DeskLimits{}};
    MonoTime now{Millis{1'000'000}};
    std::vector<Run> runs;
    std::vector<RunId> kills;
    std::vector<OperationResult> results;
    std::vector<MonitorReport> reports;
    std::uint64_t last = 0;

    void collect() {
        auto ready = desk.take();
        for (auto& run : ready.runs) runs.push_back(std::move(run));
        for (const auto id : ready.kills) kills.push_back(id);
        for (auto& told : ready.told) {
            if (auto* result = std::get_if<OperationResult>(&told))
                results.push_back(std::move(*result));
            else
                reports.push_back(std::get<MonitorReport>(told));
        }
    }
    OperationId ask(const std::string& resource, const std::string& operation,
                    Millis interval = Millis{0}) {
        OperationRequest request;
        request.id = {++last};
        request.resource = resource;
        request.provider = "heartbeat";
        request.type = "Dummy";
        request.operation = operation;
        request.interval = interval;
        request.timeout = Millis{5'000};
        request.digest = "d" + std::to_string(last);
        const auto id = request.id;
        desk.submit(std::move(request), now);
        collect();
        return id;
    }
    GuestHello up(const GuestFacts& facts = first_life) {
        auto hello = desk.up(facts, now);
        collect();
        return hello;
    }
    void down() {
        desk.down(now);
        collect();
    }
    void pass(Millis time) {
        now += time;
        desk.advance(now);
        collect();
    }
    /// The runs that were begun since the last call: some.
    std::vector<Run> begun() {
        REQUIRE_FALSE(runs.empty());
        return std::exchange(runs, {});
    }
    void end(const Run& run, int rc = 0) {
        desk.ended(run.id, {rc, {}, {}}, now);
        collect();
    }
    /// A recurring monitor that has had its first run.
    void watch(const std::string& resource, Millis interval) {
        ask(resource, "monitor", interval);
        end(begun().front());
    }
};

}  // namespace

TEST_CASE("an operation is begun, and answered once", "[ssh]") {
    Office o;
    o.up();
    const auto id = o.ask("a", "start");
    const auto run = o.begun().front();
    CHECK(run.request.operation == "start");
    o.now += Millis{70};
    o.end(run, 1);
    o.end(run, 0);
    REQUIRE(o.results.size() == 1);
    CHECK(o.results[0].id == id);
    CHECK(o.results[0].outcome == Outcome::done);
    CHECK(o.results[0].rc == 1);
    CHECK(o.results[0].duration == Millis{70});
}

TEST_CASE("one at a time for each resource, and several resources", "[ssh]") {
    Office o;
    o.up();
    o.ask("a", "start");
    o.ask("a", "monitor");
    o.ask("b", "start");
    const auto begun = o.begun();
    REQUIRE(begun.size() == 2);
    CHECK(begun[1].request.resource == "b");
    o.end(begun[0]);
    CHECK(o.begun().front().request.operation == "monitor");
}

TEST_CASE("monitors that are due are run together", "[ssh]") {
    Office o;
    o.up();
    for (const auto* resource : {"a", "b", "c"}) {
        o.watch(resource, Millis{10'000});
        o.now += Millis{200};
    }
    o.pass(Millis{9'000});
    CHECK(o.runs.empty());
    o.pass(Millis{500});
    const auto runs = o.begun();
    REQUIRE(runs.size() == 3);
    SECTION("and each is told by itself, when it differs") {
        o.end(runs[0], 0);
        o.end(runs[2], 7);
        CHECK(o.results.size() == 3);  // of the first runs
        REQUIRE(o.reports.size() == 1);
        CHECK(o.reports[0].resource == "c");
        CHECK(o.reports[0].result.rc == 7);
    }
    SECTION("and a slow one delays no other") {
        o.end(runs[0], 0);
        o.end(runs[1], 0);
        o.pass(Millis{4'999});
        CHECK(o.kills.empty());
        o.pass(Millis{1});
        CHECK(o.kills == std::vector<RunId>{runs[2].id});
        o.pass(Millis{5'000});
        const auto again = o.begun();
        CHECK(again.size() == 2);
        o.end(runs[2]);
        REQUIRE(o.reports.size() == 1);
        CHECK(o.reports[0].result.outcome == Outcome::timed_out);
    }
}

TEST_CASE("monitors of other intervals keep their pace", "[ssh]") {
    Office o;
    o.up();
    o.watch("often", Millis{1'000});
    o.watch("rarely", Millis{60'000});
    int often = 0;
    int rarely = 0;
    for (int tick = 0; tick < 6'100; ++tick) {
        o.pass(Millis{10});
        for (const auto& run : std::exchange(o.runs, {})) {
            (run.request.resource == "often" ? often : rarely) += 1;
            o.end(run);
        }
    }
    CHECK(often >= 58);
    CHECK(often <= 62);
    CHECK(rarely == 1);
}

TEST_CASE("a stop takes the monitors of its resource away", "[ssh]") {
    Office o;
    o.up();
    o.watch("a", Millis{1'000});
    CHECK(o.desk.monitors_hash() != hash_of_monitors({}));
    o.pass(Millis{1'000});
    const auto monitor = o.begun().front();
    o.ask("a", "stop");
    CHECK(o.runs.empty());  // the one that runs is awaited
    CHECK(o.desk.monitors_hash() == hash_of_monitors({}));
    o.end(monitor, 7);
    CHECK(o.reports.empty());
    CHECK(o.begun().front().request.operation == "stop");
}

TEST_CASE("a guest that returns in the same life goes on with its monitors", "[ssh]") {
    Office o;
    o.up();
    o.watch("a", Millis{1'000});
    o.pass(Millis{1'000});
    const auto monitor = o.begun().front();
    o.ask("b", "start");
    o.runs.clear();
    const auto known = o.results.size();
    o.down();
    REQUIRE(o.results.size() == known + 1);
    CHECK(o.results.back().outcome == Outcome::lost);
    o.end(monitor, 7);  // of the old session
    CHECK(o.reports.empty());
    o.pass(Millis{3'000});
    CHECK(o.runs.empty());
    const auto hello = o.up();
    REQUIRE(hello.monitors.size() == 1);
    CHECK(hello.monitors[0].resource == "a");
    CHECK(o.begun().front().request.resource == "a");
}

TEST_CASE("another life of the guest has no monitors, and what was meant for the old is lost",
          "[ssh]") {
    Office o;
    o.up();
    o.watch("a", Millis{1'000});
    o.down();
    const auto id = o.ask("b", "start");
    const auto hello = o.up(second_life);
    CHECK(hello.monitors.empty());
    CHECK(o.runs.empty());
    REQUIRE(o.results.back().id == id);
    CHECK(o.results.back().outcome == Outcome::lost);
}

TEST_CASE("what is asked of a guest that is away waits for it, as long as its time limit",
          "[ssh]") {
    Office o;
    SECTION("and is begun when it comes") {
        o.ask("a", "start");
        o.pass(Millis{4'999});
        o.up();
        CHECK(o.begun().front().request.operation == "start");
        o.pass(Millis{4'000});
        CHECK(o.results.empty());
    }
    SECTION("and is lost when it does not") {
        const auto id = o.ask("a", "start");
        CHECK(o.desk.next_deadline() == o.now + Millis{5'000});
        o.pass(Millis{5'000});
        REQUIRE(o.results.size() == 1);
        CHECK(o.results[0].id == id);
        CHECK(o.results[0].outcome == Outcome::lost);
        o.up();
        CHECK(o.runs.empty());
    }
}

TEST_CASE("of a run that vanished nobody knows, and a monitor is overdue then", "[ssh]") {
    Office o;
    o.up();
    o.ask("a", "start");
    o.desk.vanished(o.begun().front().id, "gone", o.now);
    o.collect();
    REQUIRE(o.results.size() == 1);
    CHECK(o.results[0].outcome == Outcome::lost);
    o.watch("b", Millis{1'000});
    o.pass(Millis{1'000});
    o.desk.vanished(o.begun().front().id, "gone", o.now);
    o.collect();
    CHECK(o.reports.empty());
    CHECK(o.desk.next_deadline() == o.now + Millis{1'000});
    o.pass(Millis{999});
    CHECK(o.runs.empty());
    CHECK(o.desk.oldest_overdue(o.now) == Millis{999});
    o.pass(Millis{1});
    o.end(o.begun().front(), 7);
    CHECK(o.desk.oldest_overdue(o.now) == Millis{0});
    REQUIRE(o.reports.size() == 1);
    CHECK(o.reports[0].result.rc == 7);
}

TEST_CASE("what cannot be asked is answered without the guest", "[ssh]") {
    Office o;
    OperationRequest request;
    request.id = {99};
    request.provider = "../..";
    request.type = "x";
    request.operation = "start";
    o.desk.submit(request, o.now);
    o.collect();
    REQUIRE(o.results.size() == 1);
    CHECK(o.results[0].rc == ocf::not_installed);
    o.up();
    CHECK(o.runs.empty());
}
