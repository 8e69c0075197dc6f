// The runner over fake engines, whose ticks a test holds back and lets go.
#include "src/policy/runner.hpp"
#include "src/policy/tick_queue.hpp"

#include "test/engines/policy/plan_text.hpp"
#include "test/src/policy/fixtures.hpp"
#include "test/src/policy/temporary_folder.hpp"

#include <catch2/catch.hpp>

#include <condition_variable>
#include <mutex>
#include <set>

using namespace cpe;
using namespace cpe::policy_runner;
using namespace cpe::test;

namespace {

/// An engine that notes the order of its ticks, and does what the "CIB" says.
struct Fake {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<std::string> ran;
    bool open = false;

    void let_go() {
        {
            const std::lock_guard lock(mutex);
            open = true;
        }
        changed.notify_all();
    }
    Result<TickResult> run(const TickRequest& it) {
        std::unique_lock lock(mutex);
        ran.push_back(it.key.name + ":" + it.cib);
        if (it.cib == "wait") changed.wait(lock, [&] { return open; });
        if (it.cib == "assert") return Error{Errc::internal, "an assertion", "", ""};
        if (it.cib == "invalid") return Error{Errc::invalid_input, "nonsense", "", ""};
        if (it.cib == "throw") throw std::runtime_error("odd");
        return TickResult{{}, Millis{it.cib == "slow" ? 40'000 : 1}};
    }
    static EngineFactory factory(std::shared_ptr<Fake> fake) {
        return [fake = std::move(fake)]() -> Engine {
            return [fake](const TickRequest& it) { return fake->run(it); };
        };
    }
};

}  // namespace

TEST_CASE("many ticks of one deployable do not hold up the others") {
    const auto fake = std::make_shared<Fake>();
    Bench bench(settings(), Fake::factory(fake));
    bench.tick("a", "wait");
    for (const char* cib : {"1", "2", "3"}) bench.tick("a", cib);
    for (const char* name : {"b", "c"})
        for (const char* cib : {"1", "2"}) bench.tick(name, cib);
    CHECK(bench.runner.figures().waiting == 7);
    fake->let_go();
    bench.answer(8);
    CHECK(fake->ran ==
          std::vector<std::string>{"a:wait", "b:1", "c:1", "a:1", "b:2", "c:2", "a:2", "a:3"});
    CHECK(bench.runner.figures().in_process == 8);
}

TEST_CASE("answers come from the loop and never from within a call") {
    const auto fake = std::make_shared<Fake>();
    Bench bench(settings(), Fake::factory(fake));
    bench.tick("a", "wait");
    for (std::size_t i = 0; i < max_waiting_per_deployable; ++i) bench.tick("a", "x");
    bench.tick("a", "one too many");
    CHECK(bench.answers.empty());
    const auto& refused = bench.answer(1);
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == Errc::unavailable);
    CHECK(bench.runner.figures().refused == 1);
    fake->let_go();
    bench.answer(2 + max_waiting_per_deployable);
}

TEST_CASE("what a forgotten deployable waits for is not answered") {
    const auto fake = std::make_shared<Fake>();
    Bench bench(settings(), Fake::factory(fake));
    bench.tick("a", "wait");
    bench.tick("a", "x");
    bench.tick("b", "x");
    bench.runner.forget(key("a"));
    bench.tick("a", "new");
    fake->let_go();
    bench.answer(2);
    CHECK(fake->ran == std::vector<std::string>{"a:wait", "b:x", "a:new"});
    CHECK(bench.answers.size() == 2);
    CHECK(bench.answers[1].name == "a");
}

TEST_CASE("a deployable whose tick fails in the scheduler goes to a helper, others stay") {
    const auto [cib, reason] = GENERATE(table<std::string, std::string>(
        {{"assert", "an assertion"},
         {"throw", "the tick threw: odd"},
         {"slow", "its tick took 40000 ms, its budget is 30000 ms"}}));
    const auto fake = std::make_shared<Fake>();
    Bench bench(settings(), Fake::factory(fake));
    bench.tick("bad", cib);
    bench.tick("good", "x");
    bench.answer(2);
    CHECK(bench.isolated == std::map<std::string, std::string>{{"bad", reason}});
    CHECK(bench.runner.isolated(key("bad")));
    CHECK_FALSE(bench.runner.isolated(key("good")));

    bench.tick("bad", sample("3-both-up"));
    const auto& answer = bench.answer(3);
    REQUIRE(answer.has_value());
    CHECK(plan_text(answer->graph) == read_file(golden_dir() / "3-both-up.plan"));
    CHECK(bench.runner.figures().in_helpers == 1);
    CHECK(fake->ran.size() == 2);

    bench.runner.release(key("bad"));
    CHECK(bench.runner.isolated(key("bad")));
}

TEST_CASE("a document that is refused is no reason for a helper") {
    const auto fake = std::make_shared<Fake>();
    Bench bench(settings(), Fake::factory(fake));
    bench.tick("a", "invalid");
    CHECK(bench.answer(1).error().code == Errc::invalid_input);
    CHECK_FALSE(bench.runner.isolated(key("a")));
}

TEST_CASE("a tick that does not return loses its thread, and all go on in helpers") {
    const auto fake = std::make_shared<Fake>();
    auto limits = settings();
    limits.tick_limit = Millis{50};
    limits.admission_time = Millis{30'000};
    Bench bench(limits, Fake::factory(fake));
    bench.tick("bad", "wait");
    bench.admit("good", sample("4-steady"));
    bench.loop.until([&] { return bench.answers.size() == 2 && !bench.isolated.empty(); });
    CHECK(bench.abandoned == "a tick of 'bad' did not return within 50 ms");
    CHECK(bench.isolated.contains("bad"));
    for (const auto& [name, result] : bench.answers) CHECK(result.has_value() == (name == "good"));
    CHECK(bench.runner.isolated(key("good")));
    fake->let_go();
}

TEST_CASE("who stood in the journal comes back in the helper") {
    const TemporaryFolder folder;
    auto opened = TickJournal::open(folder.path() / "j");
    REQUIRE(opened.has_value());
    const auto journal = std::make_shared<TickJournal>(std::move(*opened));
    journal->record_crash(key("bad"));
    const auto fake = std::make_shared<Fake>();
    Bench bench(settings(), Fake::factory(fake), journal);
    CHECK(bench.runner.isolated(key("bad")));
    bench.tick("bad", sample("4-steady"));
    bench.tick("good", "x");
    bench.answer(2);
    CHECK(bench.crashes == std::map<std::string, std::uint32_t>{{"bad", 1}});
    CHECK(fake->ran == std::vector<std::string>{"good:x"});
    bench.runner.release(key("bad"));
    CHECK(journal->suspects().empty());
    CHECK(bench.runner.isolated(key("bad")));
    bench.runner.forget(key("bad"));
    CHECK_FALSE(bench.runner.isolated(key("bad")));
}

TEST_CASE("the real scheduler answers many deployables, each with its own plan") {
    Bench bench(settings());
    const auto names = samples();
    for (int round = 0; round < 3; ++round)
        for (const auto& name : names) bench.tick(name, sample(name));
    bench.answer(3 * names.size());
    for (const auto& [name, result] : bench.answers) {
        INFO(name);
        REQUIRE(result.has_value());
        CHECK(plan_text(result->graph) == read_file(golden_dir() / (name + ".plan")));
    }
    CHECK(bench.runner.figures().in_process == 3 * names.size());
}
