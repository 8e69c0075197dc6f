// What is done next about a server, state by state (facts/openstack.md), as tables.
#include "adapters/openstack/steps.hpp"

#include <catch2/catch.hpp>

using namespace cpe;
using namespace cpe::openstack;

namespace {

using S = ServerStatus;

Server server(S status, std::optional<std::string> task = {}, bool launched = true) {
    Server one;
    one.id = "1";
    one.status = status;
    one.status_text = std::string(name_of(status));
    one.task_state = std::move(task);
    if (launched) one.launched = WallTime{1};
    return one;
}

std::string next(Step (*decide)(const std::optional<Server>&, const Progress&),
                 const std::optional<Server>& one, Progress so_far = {}) {
    return std::string(name_of(decide(one, so_far)));
}

Progress asked(Step step, bool overdue = false) {
    Progress so_far;
    so_far.asked = step;
    so_far.overdue = overdue;
    return so_far;
}

}  // namespace

TEST_CASE("to run: what is not there is created, once") {
    CHECK(next(next_to_run, std::nullopt) == "create");
    CHECK(next(next_to_run, std::nullopt, asked(Step::create)) == "wait");
    CHECK(next(next_to_run, std::nullopt, asked(Step::create, true)) == "give up");
    CHECK(next(next_to_run, server(S::build), asked(Step::create)) == "wait");
    CHECK(next(next_to_run, server(S::build, "spawning"), asked(Step::create)) == "wait");
    CHECK(next(next_to_run, server(S::active), asked(Step::create)) == "done");
}

TEST_CASE("to run: what could not be built is told, and made anew by the next start") {
    const auto failed = server(S::error, {}, false);
    CHECK(next(next_to_run, failed, asked(Step::create)) == "give up");
    CHECK(next(next_to_run, failed) == "delete");
    CHECK(next(next_to_run, std::nullopt, asked(Step::remove)) == "create");
}

TEST_CASE("to run: what is off is started, what is broken is booted hard") {
    CHECK(next(next_to_run, server(S::shutoff)) == "start");
    CHECK(next(next_to_run, server(S::shutoff), asked(Step::start)) == "wait");
    CHECK(next(next_to_run, server(S::shutoff), asked(Step::start, true)) == "give up");
    CHECK(next(next_to_run, server(S::shutoff, "powering-on"), asked(Step::start)) == "wait");
    CHECK(next(next_to_run, server(S::active), asked(Step::start)) == "done");
    CHECK(next(next_to_run, server(S::error)) == "hard reboot");
    CHECK(next(next_to_run, server(S::error), asked(Step::reboot, true)) == "give up");
    CHECK(next(next_to_run, server(S::active, "deleting")) == "wait");
}

TEST_CASE("to run: what somebody else did is left alone, where that is respected") {
    for (const auto status : {S::paused, S::suspended, S::rescue, S::shelved, S::shelved_offloaded})
        CHECK(next(next_to_run, server(status)) == "leave");
    Progress by_hand;
    by_hand.by_hand = true;
    CHECK(next(next_to_run, server(S::shutoff), by_hand) == "leave");
    by_hand.respect = false;
    CHECK(next(next_to_run, server(S::shutoff), by_hand) == "start");
    CHECK(next(next_to_run, server(S::paused), by_hand) == "hard reboot");
    CHECK(next(next_to_run, server(S::rescue), by_hand) == "leave");
}

TEST_CASE("to halt: off, gone or never built is proven, just accepted is not") {
    CHECK(next(next_to_halt, std::nullopt) == "done");
    CHECK(next(next_to_halt, server(S::soft_deleted)) == "done");
    CHECK(next(next_to_halt, server(S::shutoff)) == "done");
    CHECK(next(next_to_halt, server(S::shelved_offloaded)) == "done");
    CHECK(next(next_to_halt, server(S::shutoff, "powering-on")) == "wait");
    CHECK(next(next_to_halt, server(S::active)) == "stop");
    CHECK(next(next_to_halt, server(S::active), asked(Step::stop)) == "wait");
    CHECK(next(next_to_halt, server(S::active, "powering-off"), asked(Step::stop)) == "wait");
    CHECK(next(next_to_halt, server(S::build, {}, false)) == "delete");
    CHECK(next(next_to_halt, server(S::error, {}, false)) == "delete");
}

TEST_CASE("to halt: each deadline leads to the next rung, and only rebuild to a delete") {
    Progress so_far = asked(Step::stop, true);
    CHECK(next(next_to_halt, server(S::active, "powering-off"), so_far) == "hard reboot");
    so_far.rebooted = true;
    so_far.asked = Step::reboot;
    so_far.overdue = false;
    CHECK(next(next_to_halt, server(S::hard_reboot, "rebooting_hard"), so_far) == "wait");
    CHECK(next(next_to_halt, server(S::active), so_far) == "stop");
    so_far.overdue = true;
    CHECK(next(next_to_halt, server(S::hard_reboot, "rebooting_hard"), so_far) == "give up");
    so_far.may_destroy = true;
    CHECK(next(next_to_halt, server(S::hard_reboot, "rebooting_hard"), so_far) == "delete");
    so_far.asked = Step::stop;
    CHECK(next(next_to_halt, server(S::active, "powering-off"), so_far) == "delete");
}

TEST_CASE("to halt: a pause is no end") {
    CHECK(next(next_to_halt, server(S::paused)) == "hard reboot");
    CHECK(next(next_to_halt, server(S::suspended)) == "hard reboot");
    CHECK(next(next_to_halt, server(S::rescue)) == "stop");
}

TEST_CASE("what Nova tells is a state of the engine") {
    const std::vector<std::pair<S, InstanceState>> table{
        {S::active, InstanceState::running},  {S::verify_resize, InstanceState::running},
        {S::build, InstanceState::building},  {S::hard_reboot, InstanceState::building},
        {S::shutoff, InstanceState::stopped}, {S::shelved_offloaded, InstanceState::stopped},
        {S::paused, InstanceState::paused},   {S::suspended, InstanceState::paused},
        {S::rescue, InstanceState::paused},   {S::error, InstanceState::error},
        {S::deleted, InstanceState::absent},  {S::soft_deleted, InstanceState::absent},
        {S::unknown, InstanceState::unknown}};
    for (const auto& [status, state] : table) CHECK(state_of(server(status)) == state);
    auto failed = server(S::error);
    failed.fault = ServerFault{500, "No valid host was found. "};
    CHECK(words_of(failed) == "ERROR: No valid host was found");
    CHECK(words_of(server(S::active, "powering-off")) == "ACTIVE, powering-off");
}
