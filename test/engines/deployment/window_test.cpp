// The escalation window and the pauses between attempts, to the millisecond (design.md §5, §8).
#include "engines/deployment/window.hpp"
#include "engines/deployment/backoff.hpp"
#include "engines/deployment/pace.hpp"

#include <catch2/catch.hpp>

#include <deque>

using namespace cpe;
using namespace cpe::deployment;

namespace {

FailureWindow window(std::uint32_t failures, std::int64_t period_ms) {
    return {{failures, Millis{period_ms}}, *std::pmr::get_default_resource()};
}

MonoTime at(std::int64_t ms) {
    return MonoTime{Millis{ms}};
}

}  // namespace

TEST_CASE("one failure less than asked for does not escalate, whatever the time") {
    auto w = window(3, 10'000);
    CHECK_FALSE(w.add({0}).escalates);
    CHECK_FALSE(w.add({0}).escalates);
    CHECK(w.failures().size() == 2);
}

TEST_CASE("the Nth failure escalates when the first is exactly a period ago, and not later") {
    struct Case {
        std::int64_t last;
        bool escalates;
    };
    for (const auto& [last, escalates] : {Case{9'999, true}, {10'000, true}, {10'001, false}}) {
        auto w = window(3, 10'000);
        w.add({0});
        w.add({5'000});
        const auto verdict = w.add({last});
        INFO(last);
        CHECK(verdict.escalates == escalates);
        CHECK(verdict.failures == (escalates ? 3U : 2U));
        CHECK(verdict.first.ms == (escalates ? 0 : 5'000));
    }
}

TEST_CASE("an escalation empties the window") {
    auto w = window(2, 10'000);
    w.add({0});
    CHECK(w.add({1}).escalates);
    CHECK(w.failures().empty());
    CHECK_FALSE(w.add({2}).escalates);
    CHECK(w.add({3}).escalates);
}

TEST_CASE("a window of one escalates at once, a disabled one never, and remembers nothing") {
    CHECK(window(1, 1).add({5}).escalates);
    for (const Escalation& never : {Escalation{}, Escalation{3, {}}, Escalation{{}, Millis{5}}}) {
        FailureWindow w(never, *std::pmr::get_default_resource());
        for (int i = 0; i < 100; ++i) CHECK_FALSE(w.add({i}).escalates);
        CHECK(w.failures().empty());
    }
}

TEST_CASE("a window comes back after a restart, and counts on") {
    auto w = window(3, 10'000);
    w.restore({{7'000}, {6'000}});
    CHECK(w.add({8'000}).escalates);
    auto cut = window(2, 10'000);
    cut.restore({{1}, {2}, {3}});
    CHECK(cut.failures().size() == 1);
}

TEST_CASE("a window is bounded, whatever a document asks for") {
    auto w = window(4'000'000'000U, 1'000'000'000);
    bool escalated = false;
    for (std::uint32_t i = 0; i < FailureWindow::max_failures; ++i)
        escalated = w.add({i}).escalates;
    CHECK(escalated);
}

TEST_CASE("pauses grow as 0, 1, 2, 4 ... 60 s and begin anew after 60 s of running") {
    Backoff backoff;
    for (const int pause : {0, 1, 2, 4, 8, 16, 32, 60, 60, 60})
        CHECK(backoff.failed(at(0)) == Millis{pause * 1000});
    backoff.runs(at(1'000));
    CHECK(backoff.failed(at(60'999)) == Millis{60'000});
    backoff.runs(at(100'000));
    backoff.runs(at(150'000));  // still the same run
    CHECK(backoff.failed(at(160'000)) == Millis{0});
}

TEST_CASE("running that ended for another reason counts too, a restored backoff goes on") {
    Backoff backoff;
    for (int i = 0; i < 4; ++i) backoff.failed(at(0));
    backoff.runs(at(0));
    backoff.ended(at(10'000));
    CHECK(backoff.failed(at(20'000)) == Millis{8'000});
    backoff.runs(at(20'000));
    backoff.ended(at(90'000));
    CHECK(backoff.attempts() == 0);
    Backoff restored;
    restored.restore(3);
    CHECK(restored.failed(at(0)) == Millis{4'000});
    restored.restore(1'000'000);
    CHECK(restored.failed(at(0)) == Millis{60'000});
}

TEST_CASE("no minute has more ticks than its bound, and none waits for nothing") {
    for (const int bound : {1, 2, 7, 30}) {
        Pace pace(bound, *std::pmr::get_default_resource());
        std::deque<MonoTime> taken;
        MonoTime now = at(0);
        for (int i = 0; i < 200; ++i) {
            now = std::max(now, pace.earliest(now));
            pace.take(now);
            taken.push_back(now);
            while (now - taken.front() >= Millis{60'000}) taken.pop_front();
            INFO("bound " << bound << ", tick " << i);
            REQUIRE(taken.size() <= static_cast<std::size_t>(std::max(bound, 2)));
        }
        CHECK(pace.earliest(now + Millis{60'000}) == now + Millis{60'000});
    }
}
