// The queue's rule of no overtaking, step by step and without threads.
#include "src/store/commit_queue.hpp"

#include "fixture.hpp"

using namespace cpe;
using namespace cpe::store;
using namespace cpe::store::test;

namespace {

Commit commit_of(const DeployableKey& key, Commit::Kind kind = Commit::Kind::batch) {
    Commit commit{batch_of(key), nullptr, kind};
    commit.bytes = 100;
    return commit;
}

Result<> push(CommitQueue& queue, const DeployableKey& key,
              Commit::Kind kind = Commit::Kind::batch) {
    auto commit = commit_of(key, kind);
    return queue.push(commit);
}

std::vector<bool> stale_in(const std::vector<Commit>& group) {
    std::vector<bool> stale;
    for (const auto& commit : group) stale.push_back(commit.stale);
    return stale;
}

constexpr auto at_once = CommitQueue::Deadline::min();
const DeployableKey blog{"default", "blog"};

}  // namespace

TEST_CASE("a failure makes stale what was given before the loop was told") {
    CommitQueue queue{Limits{}};
    REQUIRE(push(queue, shop));
    REQUIRE(push(queue, blog));
    REQUIRE(push(queue, shop, Commit::Kind::barrier));
    queue.failed(shop);  // an earlier one
    CHECK(push(queue, shop).error().code == Errc::refused);
    CHECK(push(queue, blog));
    const std::vector<bool> only_the_first{true, false, false, false};

    SECTION("taken before the loop is told") {
        CHECK(stale_in(queue.take(at_once)) == only_the_first);
        queue.told_failed(shop);
    }
    SECTION("taken after the loop is told") {
        queue.told_failed(shop);
        REQUIRE(push(queue, shop));  // given by one who knows
        CHECK(stale_in(queue.take(at_once)) == std::vector<bool>{true, false, false, false, false});
    }
    REQUIRE(push(queue, shop));
    CHECK(stale_in(queue.take(at_once)) == std::vector<bool>{false});
}

TEST_CASE("a refusal holds what comes behind it until it is told, and nothing before it") {
    Limits limits;
    limits.queue_batches = 1;
    CommitQueue queue{limits};
    REQUIRE(push(queue, shop));
    CHECK(push(queue, shop).error().code == Errc::unavailable);
    CHECK(push(queue, blog).error().code == Errc::unavailable);
    CHECK(push(queue, shop, Commit::Kind::barrier));  // costs nothing: never refused
    CHECK(stale_in(queue.take(at_once)) == std::vector<bool>{false, false});
    CHECK(push(queue, shop).error().code == Errc::refused);  // there is room, but a gap before it
    queue.told_refused(shop);
    CHECK(push(queue, shop));
}

TEST_CASE("a create that is refused holds nobody") {
    Limits limits;
    limits.queue_batches = 1;
    CommitQueue queue{limits};
    REQUIRE(push(queue, blog));
    CHECK(push(queue, shop, Commit::Kind::create).error().code == Errc::unavailable);
    CHECK(queue.take(at_once).size() == 1);
    CHECK(push(queue, shop));
}

TEST_CASE("a closed queue gives what is left and takes nothing") {
    CommitQueue queue{Limits{}};
    REQUIRE(push(queue, shop));
    queue.close();
    CHECK(push(queue, blog).error().code == Errc::unavailable);
    CHECK(push(queue, blog, Commit::Kind::barrier).error().code == Errc::unavailable);
    CHECK(queue.take(CommitQueue::Deadline::max()).size() == 1);
    CHECK(queue.take(CommitQueue::Deadline::max()).empty());
}

TEST_CASE("a group ends at its bytes") {
    Limits limits;
    limits.group_bytes = 250;
    CommitQueue queue{limits};
    for (int at = 0; at < 5; ++at) REQUIRE(push(queue, shop));
    CHECK(queue.take(at_once).size() == 3);
    CHECK(queue.take(at_once).size() == 2);
    CHECK(queue.take(at_once).empty());
    CHECK(queue.level().bytes == 0);
    CHECK(queue.level().most_batches == 5);
}
