// The history as Pacemaker's controller would keep it.
#include "engines/deployment/history.hpp"

#include <cpe/operation.hpp>

#include <catch2/catch.hpp>

#include <algorithm>

using namespace cpe;
using namespace cpe::deployment;

namespace {

struct Fixture {
    NodeHistory history{*std::pmr::get_default_resource()};

    void record(const char* operation, int interval_ms, int rc, int target_rc = 0) {
        history.record(0, {operation, Millis{interval_ms}, rc, target_rc, false, {5}, "d", {1}, 1});
    }
    /// "start_0 rc 0 call 2", failures marked, in the order of call ids.
    std::vector<std::string> ops() const {
        if (history.resources().empty()) return {};
        auto list = history.resources().front().ops;
        std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) {
            return std::pair(a.call_id, a.failure) < std::pair(b.call_id, b.failure);
        });
        std::vector<std::string> lines;
        for (const auto& op : list)
            lines.push_back(std::string(op.failure ? "failure " : "") + std::string(op.operation) +
                            "_" + std::to_string(op.interval.count()) + " rc " +
                            std::to_string(op.rc) + " call " + std::to_string(op.call_id));
        return lines;
    }
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE_METHOD(Fixture, "one last operation, and one entry for each recurring monitor") {
    record("monitor", 0, 7, 7);
    CHECK(ops() == Lines{"monitor_0 rc 7 call 1"});
    record("start", 0, 0);
    record("monitor", 1000, 0);
    CHECK(ops() == Lines{"start_0 rc 0 call 2", "monitor_1000 rc 0 call 3"});
    record("stop", 0, 0);
    CHECK(ops() == Lines{"stop_0 rc 0 call 4"});
}

TEST_CASE_METHOD(Fixture, "a failed monitor leaves its entry and adds the last failure") {
    record("start", 0, 0);
    record("monitor", 1000, 0);
    history.monitor_changed(0, Millis{1000}, 7, false, {9});
    CHECK(ops() == Lines{"start_0 rc 0 call 1", "monitor_1000 rc 0 call 2",
                         "failure monitor_1000 rc 7 call 3"});
    REQUIRE(history.fail_counts().size() == 1);
    CHECK(history.fail_counts().front().count == 1);
    history.monitor_changed(0, Millis{1000}, 0, false, {10});
    CHECK(ops() == Lines{"start_0 rc 0 call 1", "monitor_1000 rc 0 call 4"});
}

TEST_CASE_METHOD(Fixture, "a failed start is the last operation and the last failure") {
    record("start", 0, 1);
    CHECK(ops() == Lines{"start_0 rc 1 call 1", "failure start_0 rc 1 call 1"});
    record("start", 0, 1);
    CHECK(history.fail_counts().front().count == 2);
    history.forget_failures(0);
    CHECK(history.fail_counts().empty());
    CHECK(ops() == Lines{"start_0 rc 1 call 2"});
}

TEST_CASE_METHOD(Fixture, "a probe that finds it running is no failure, one that errs is") {
    record("monitor", 0, 0, 7);
    CHECK(ops() == Lines{"monitor_0 rc 0 call 1"});
    record("monitor", 0, 1, 7);
    CHECK(ops() == Lines{"monitor_0 rc 1 call 2", "failure monitor_0 rc 1 call 2"});
    CHECK(history.fail_counts().empty());
}

TEST_CASE_METHOD(Fixture,
                 "a reload that went well is a start, one that failed no proof of anything") {
    record("start", 0, 0);
    record("reload-agent", 0, 0);
    CHECK(ops() == Lines{"start_0 rc 0 call 2"});
    CHECK(history.fail_counts().empty());
    for (const int rc : {ocf::unknown_error, ocf::not_running, ocf::running_promoted}) {
        history.clear();
        record("reload-agent", 0, rc);
        CHECK(ops().back().starts_with("failure monitor_0 rc 1 "));
        CHECK(history.fail_counts().empty());
    }
}

TEST_CASE_METHOD(Fixture, "what is forgotten is unknown, call ids go on") {
    record("start", 0, 0);
    history.forget(0);
    CHECK_FALSE(history.knows(0));
    record("monitor", 0, 7, 7);
    CHECK(ops() == Lines{"monitor_0 rc 7 call 2"});
    history.clear();
    CHECK(history.resources().empty());
}
