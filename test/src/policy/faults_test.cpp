// Injected faults, with the real scheduler and real helpers.
#include "test/engines/policy/plan_text.hpp"
#include "test/src/policy/fixtures.hpp"
#include "test/src/policy/temporary_folder.hpp"

#include <catch2/catch.hpp>

#include <sys/wait.h>
#include <unistd.h>

using namespace cpe;
using namespace cpe::policy_runner;
using namespace cpe::test;

namespace {

Settings with_box(const std::shared_ptr<FaultBox>& box) {
    auto it = settings();
    it.faults = box;
    return it;
}

std::string plan(const Result<TickResult>& result) {
    return result ? plan_text(result->graph) : result.error().line();
}

const std::string& wanted_plan() {
    static const std::string text = read_file(golden_dir() / "4-steady.plan");
    return text;
}

}  // namespace

TEST_CASE("a box gives each fault once, to its own deployable") {
    FaultBox box;
    box.put(key("a"), Fault::tick_hang);
    box.put(key("a"), Fault::tick_abort);
    CHECK_FALSE(box.take(key("b")));
    CHECK(box.take(key("a")) == Fault::tick_abort);
    CHECK_FALSE(box.take(key("a")));
    box.put(key("a"), Fault::tick_abort);
    box.forget(key("a"));
    CHECK_FALSE(box.take(key("a")));
}

TEST_CASE(
    "tick-abort fails an assertion inside the library, the next tick is planned by a helper") {
    const auto box = std::make_shared<FaultBox>();
    Bench bench(with_box(box));
    box->put(key("bad"), Fault::tick_abort);
    bench.tick("good", sample("4-steady"));
    CHECK(plan(bench.answer(1)) == wanted_plan());
    bench.tick("bad", sample("4-steady"));
    const auto& failed = bench.answer(2);
    REQUIRE(failed.has_error());
    CHECK(failed.error().code == Errc::internal);
    CHECK(failed.error().what.starts_with("the scheduler failed an assertion: "));
    CHECK(bench.isolated.contains("bad"));
    bench.tick("bad", sample("4-steady"));
    CHECK(plan(bench.answer(3)) == wanted_plan());
    CHECK(bench.runner.figures().in_helpers == 1);
    bench.tick("good", sample("4-steady"));
    CHECK(plan(bench.answer(4)) == wanted_plan());
    CHECK_FALSE(bench.runner.isolated(key("good")));
}

TEST_CASE("tick-hang loses the thread, and all ticks go on in helpers") {
    const auto box = std::make_shared<FaultBox>();
    auto limits = with_box(box);
    limits.tick_limit = Millis{300};
    Bench bench(limits);
    box->put(key("bad"), Fault::tick_hang);
    bench.tick("bad", sample("4-steady"));
    const auto& overdue = bench.answer(1);
    REQUIRE(overdue.has_error());
    CHECK(overdue.error().code == Errc::timed_out);
    CHECK(bench.abandoned == "a tick of 'bad' did not return within 300 ms");
    CHECK(bench.runner.isolated(key("good")));
}

TEST_CASE("tick-crash of an isolated deployable ends its helper only") {
    const auto box = std::make_shared<FaultBox>();
    auto only_helpers = with_box(box);
    only_helpers.isolation = Isolation::helper;
    Bench bench(only_helpers);
    box->put(key("bad"), Fault::tick_crash);
    bench.admit("bad", sample("4-steady"));
    CHECK(bench.answer(1).has_value());  // admission is no tick of it
    bench.tick("bad", sample("4-steady"));
    const auto& crashed = bench.answer(2);
    REQUIRE(crashed.has_error());
    CHECK(crashed.error().what == "the policy helper ended by signal 11 (Segmentation fault)");
    CHECK(bench.crashes == std::map<std::string, std::uint32_t>{{"bad", 1}});
    bench.tick("bad", sample("4-steady"));
    CHECK(plan(bench.answer(3)) == wanted_plan());
}

TEST_CASE("tick-crash in process ends the process, and the journal says whose tick it was") {
    const TemporaryFolder folder;
    const pid_t child = ::fork();
    if (child == 0) {
        auto journal =
            std::make_shared<TickJournal>(TickJournal::open(folder.path() / "j").value());
        const auto box = std::make_shared<FaultBox>();
        Bench bench(with_box(box), {}, journal);
        box->put(key("bad"), Fault::tick_crash);
        bench.tick("good", sample("4-steady"));
        bench.answer(1);
        bench.tick("bad", sample("4-steady"));
        bench.answer(2);
        ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGSEGV);
    auto opened = TickJournal::open(folder.path() / "j");
    REQUIRE(opened.has_value());
    const auto suspects = opened->suspects();
    REQUIRE(suspects.size() == 1);
    CHECK(suspects.front().key == key("bad"));
    CHECK(suspects.front().crashes == 1);
}
