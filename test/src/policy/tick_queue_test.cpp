#include "src/policy/tick_queue.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace cpe;
using namespace cpe::policy_runner;

namespace {

DeployableKey key(const std::string& name) {
    return {"default", name};
}

/// `cib` names the job.
bool push(TickQueue& queue, const std::string& name, const std::string& job) {
    Job it{TickRequest{key(name), job, {}, true}, nullptr, false};
    return queue.push(it);
}

bool any(const Job&) {
    return true;
}

/// Takes and releases one job.
std::string one(TickQueue& queue) {
    auto job = queue.take(any);
    if (!job) return "-";
    queue.release(job->request.key);
    return job->request.cib;
}

std::vector<std::string> all(TickQueue& queue) {
    std::vector<std::string> jobs;
    while (!queue.empty()) jobs.push_back(one(queue));
    return jobs;
}

}  // namespace

TEST_CASE("deployables take turns, and each keeps its order") {
    TickQueue queue;
    for (const char* job : {"a1", "a2", "a3"}) REQUIRE(push(queue, "a", job));
    REQUIRE(push(queue, "b", "b1"));
    REQUIRE(push(queue, "c", "c1"));
    REQUIRE(push(queue, "b", "b2"));
    CHECK(queue.waiting() == 6);
    CHECK(all(queue) == std::vector<std::string>{"a1", "b1", "c1", "a2", "b2", "a3"});
    CHECK(queue.waiting() == 0);
}

TEST_CASE("a deployable whose tick runs waits for it") {
    TickQueue queue;
    push(queue, "a", "a1");
    push(queue, "a", "a2");
    REQUIRE(queue.take(any)->request.cib == "a1");
    CHECK_FALSE(queue.take(any));
    push(queue, "b", "b1");
    CHECK(one(queue) == "b1");
    CHECK_FALSE(queue.take(any));
    queue.release(key("a"));
    CHECK(one(queue) == "a2");
}

TEST_CASE("what does not fit now keeps its turn") {
    TickQueue queue;
    for (const char* name : {"a", "b", "c"}) push(queue, name, std::string(name) + "1");
    const auto only_b = [](const Job& job) { return job.request.key.name == "b"; };
    CHECK(queue.take(only_b)->request.cib == "b1");
    CHECK_FALSE(queue.take(only_b));
    CHECK(all(queue) == std::vector<std::string>{"a1", "c1"});
}

TEST_CASE("the queue of one deployable is bounded, and no other's") {
    TickQueue queue;
    for (std::size_t i = 0; i < max_waiting_per_deployable; ++i) CHECK(push(queue, "a", "x"));
    CHECK_FALSE(push(queue, "a", "x"));
    CHECK(push(queue, "b", "x"));
    one(queue);
    CHECK(push(queue, "a", "x"));
}

TEST_CASE("a forgotten deployable has nothing waiting and can come back") {
    TickQueue queue;
    push(queue, "a", "a1");
    push(queue, "a", "a2");
    push(queue, "b", "b1");
    const auto running = queue.take(any);
    queue.forget(key("a"));
    CHECK(queue.waiting() == 1);
    push(queue, "a", "new");
    CHECK(one(queue) == "b1");
    CHECK(one(queue) == "-");  // the old one's tick still runs
    queue.release(key("a"));
    CHECK(one(queue) == "new");
}
