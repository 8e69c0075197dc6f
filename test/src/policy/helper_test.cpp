// Real helper processes: what they answer, and what becomes of those that a document harms.
#include "test/engines/policy/plan_text.hpp"
#include "test/src/policy/fixtures.hpp"
#include "test/src/policy/temporary_folder.hpp"

#include <catch2/catch.hpp>

using namespace cpe;
using namespace cpe::policy_runner;
using namespace cpe::test;

namespace {

Settings helpers_only(std::vector<std::string> arguments = {}) {
    auto it = settings(std::move(arguments));
    it.isolation = Isolation::helper;
    return it;
}

}  // namespace

TEST_CASE("a helper plans as the policy thread does") {
    Bench bench(helpers_only());
    for (const auto& name : samples()) bench.tick(name, sample(name));
    bench.answer(samples().size());
    for (const auto& [name, result] : bench.answers) {
        INFO(name);
        REQUIRE(result.has_value());
        CHECK(plan_text(result->graph) == read_file(golden_dir() / (name + ".plan")));
    }
}

TEST_CASE("admission checks Pacemaker's grammar, a tick of what was admitted does not") {
    Bench bench(settings());
    const auto odd = replaced(sample("4-steady"), "<configuration>", "<configuration odd=\"1\">");
    bench.admit("shop", odd);
    const auto& refused = bench.answer(1);
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == Errc::invalid_input);
    CHECK(refused.error().what.starts_with("against Pacemaker's grammar"));
    bench.admit("shop", sample("4-steady"));
    CHECK(bench.answer(2).has_value());
    bench.tick("shop", odd);
    CHECK(bench.answer(3).has_value());
    CHECK(bench.crashes.empty());
}

TEST_CASE("a document that kills the helper is refused and nothing else happens") {
    const auto [fault, what] = GENERATE(table<std::string, std::string>(
        {{"crash", "ended by signal 11 (Segmentation fault)"}, {"exit", "ended with code 7"}}));
    Bench bench(settings({"--fault", fault}));
    bench.admit("bad", sample("4-steady"));
    bench.tick("good", sample("3-both-up"));
    bench.answer(2);
    for (const auto& [name, result] : bench.answers) {
        if (name == "good") {
            CHECK(result.has_value());
        } else {
            REQUIRE(result.has_error());
            CHECK(result.error().what == "the policy helper " + what);
        }
    }
    CHECK(bench.crashes.empty());
    CHECK_FALSE(bench.runner.isolated(key("bad")));
}

TEST_CASE("a helper that does not answer in time is killed") {
    auto limits = settings({"--fault", "hang"});
    limits.admission_time = Millis{100};
    Bench bench(limits);
    bench.admit("bad", sample("4-steady"));
    const auto& refused = bench.answer(1);
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == Errc::timed_out);
    CHECK(refused.error().what == "the scheduler did not finish within 100 ms");
}

TEST_CASE("crashes of an isolated deployable's ticks are counted") {
    const TemporaryFolder folder;
    auto opened = TickJournal::open(folder.path() / "j");
    REQUIRE(opened.has_value());
    auto limits = helpers_only({"--fault", "crash"});
    Bench bench(limits, {}, std::make_shared<TickJournal>(std::move(*opened)));
    for (std::uint32_t count = 1; count <= 2; ++count) {
        bench.tick("bad", sample("4-steady"));
        CHECK(bench.answer(count).error().code == Errc::internal);
        CHECK(bench.crashes == std::map<std::string, std::uint32_t>{{"bad", count}});
    }
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("a helper that takes too much memory ends, and says what the limit is") {
    auto limits = settings({"--fault", "memory"});
    limits.helper_memory_bytes = 128U << 20U;
    Bench bench(limits);
    bench.admit("bad", sample("4-steady"));
    const auto& refused = bench.answer(1);
    REQUIRE(refused.has_error());
    CHECK(refused.error().what == "the policy helper ended with code 5");
    CHECK(refused.error().hint == "its memory limit is 128 MiB");
}
#endif

TEST_CASE("a helper is kept for the next tick, and ended when there is none for a while") {
    auto limits = helpers_only();
    Bench kept(limits);
    for (std::size_t count = 1; count <= 3; ++count) {
        kept.tick("shop", sample("4-steady"));
        REQUIRE(kept.answer(count).has_value());
        CHECK(kept.runner.figures().helpers == 1);
    }
    limits.helper_idle = Millis{1};
    Bench ended(limits);
    ended.tick("shop", sample("4-steady"));
    REQUIRE(ended.answer(1).has_value());
    ended.loop.until([&] { return ended.runner.figures().helpers == 0; });
    ended.tick("shop", sample("4-steady"));
    CHECK(ended.answer(2).has_value());
}

TEST_CASE("a helper that cannot be started is an error that names it") {
    auto limits = settings();
    limits.helper_program = "/no/such/cpe-policy-helper";
    Bench bench(limits);
    bench.admit("shop", sample("4-steady"));
    const auto& refused = bench.answer(1);
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == Errc::unavailable);
    CHECK(refused.error().where == "/no/such/cpe-policy-helper");
}
