// Order, sharing of transactions, and what a wrong batch does to those behind it.
#include "fixture.hpp"

#include <boost/asio/post.hpp>

using namespace cpe;
using namespace cpe::store::test;
using cpe::store::Database;

namespace {

/// Another connection holds the database's write lock: the store thread cannot write meanwhile.
class WriteLock {
public:
    explicit WriteLock(const std::filesystem::path& path) {
        auto db = Database::open(path, Database::Mode::read_write);
        REQUIRE(db);
        db_ = std::make_unique<Database>(std::move(*db));
        REQUIRE(db_->execute("BEGIN IMMEDIATE"));
    }
    void release() { REQUIRE(db_->execute("ROLLBACK")); }

private:
    std::unique_ptr<Database> db_;
};

}  // namespace

TEST_CASE_METHOD(StoreFixture, "what was queued during a transaction shares the next one") {
    open();
    std::vector<DeployableKey> keys;
    for (int at = 0; at < 40; ++at) keys.push_back({"default", "d" + std::to_string(at)});
    for (const auto& key : keys) REQUIRE(create(batch_of(key)));
    const auto before = store->stats();

    constexpr int batches = 400;
    std::vector<int> told;
    std::vector<EventId> ids;
    WriteLock lock(settings.path);
    for (int at = 0; at < batches; ++at)
        store->commit(numbered(keys[static_cast<std::size_t>(at) % keys.size()], at),
                      [&, at](Result<std::vector<EventId>> done) {
                          REQUIRE(done);
                          REQUIRE(done->size() == 1);
                          told.push_back(at);
                          ids.push_back(done->front());
                      });
    CHECK(told.empty());  // never from within the call
    lock.release();
    run_until(loop, [&] { return told.size() == batches; });

    CHECK(std::is_sorted(told.begin(), told.end()));
    CHECK(std::is_sorted(ids.begin(), ids.end()));
    CHECK(ids.back().value - ids.front().value == batches - 1);  // no gap
    const auto after = store->stats();
    CHECK(after.batches - before.batches == batches);
    CHECK(after.transactions - before.transactions <= 2);  // the one that waited, and the rest
}

TEST_CASE_METHOD(StoreFixture, "a group has a limit") {
    settings.limits.group_batches = 10;
    open();
    REQUIRE(create(batch_of(shop)));
    const auto before = store->stats().transactions;
    int told = 0;
    WriteLock lock(settings.path);
    for (int at = 0; at < 100; ++at)
        store->commit(numbered(shop, at), [&](auto done) {
            REQUIRE(done);
            ++told;
        });
    lock.release();
    run_until(loop, [&] { return told == 100; });
    CHECK(store->stats().transactions - before >= 10);
}

TEST_CASE_METHOD(StoreFixture, "a full queue refuses at once, by name, and recovers") {
    settings.limits.queue_batches = 5;
    open();
    REQUIRE(create(batch_of(shop)));
    std::vector<std::string> refused;
    int stored = 0;
    const auto note = [&](auto done) {
        if (done)
            ++stored;
        else
            refused.push_back(done.error().line());
    };
    WriteLock lock(settings.path);
    store->commit(numbered(shop, 0), note);
    run_until(loop, [&] {
        boost::asio::post(loop, [] {});
        return store->stats().waiting == 0;  // the thread has it, and waits for the lock
    });
    for (int at = 1; at < 20; ++at)
        store->commit(numbered({"default", "x" + std::to_string(at)}, at), note);
    run_until(loop, [&] { return refused.size() == 14; });
    CHECK(stored == 0);
    CHECK(refused.front().find("limit store_queue") != std::string::npos);
    lock.release();
    run_until(loop, [&] { return stored + static_cast<int>(refused.size()) == 20; });
    CHECK(store->stats().refused == refused.size());
    CHECK(commit(numbered(shop, 99)));
}

TEST_CASE_METHOD(StoreFixture, "the queue is bounded in bytes too") {
    settings.limits.queue_bytes = 20'000;
    open();
    auto large = numbered(shop, 1);
    large.events[0].reason.assign(30'000, 'x');
    const auto refused = commit(large);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::unavailable);
    CHECK(refused.error().line().find("limit store_queue_bytes") != std::string::npos);
}

TEST_CASE_METHOD(StoreFixture, "nothing overtakes a batch that failed") {
    open();
    REQUIRE(create(batch_of(shop)));
    REQUIRE(create(batch_of({"default", "blog"})));
    // Wrong in itself: it names an action that is the other deployable's.
    auto taken = batch_of({"default", "blog"});
    taken.actions.emplace_back().id = {1};
    REQUIRE(commit(taken));
    auto wrong = numbered(shop, 1);
    wrong.actions.emplace_back().id = {1};

    std::vector<std::string> story;
    const auto note = [&](std::string name) {
        return [&story, name](Result<std::vector<EventId>> done) {
            story.push_back(name + (done ? " stored" : " refused"));
        };
    };
    WriteLock lock(settings.path);
    store->commit(numbered(shop, 0), note("before"));
    store->commit(wrong, [&](auto done) {
        note("wrong")(done);
        // Now the loop knows: what it gave before is refused all the same, this is taken.
        store->commit(numbered(shop, 3), note("after"));
    });
    store->commit(numbered(shop, 2), note("behind"));
    store->commit(numbered({"default", "blog"}, 2), note("other"));
    lock.release();
    run_until(loop, [&] { return story.size() == 5; });
    CHECK(story == std::vector<std::string>{"before stored", "wrong refused", "behind refused",
                                            "other stored", "after stored"});
    CHECK(number("SELECT count(*) FROM events WHERE deployable='shop'") == 2);
}

TEST_CASE_METHOD(StoreFixture, "a name that is taken does not hold up who has it") {
    open();
    REQUIRE(create(batch_of(shop)));
    std::vector<bool> story;
    const auto note = [&](auto done) { story.push_back(static_cast<bool>(done)); };
    WriteLock lock(settings.path);
    store->create(numbered(shop, 1), "<deployable/>", note);
    store->commit(numbered(shop, 2), note);
    lock.release();
    run_until(loop, [&] { return story.size() == 2; });
    CHECK(story == std::vector<bool>{false, true});
}

TEST_CASE_METHOD(StoreFixture, "shutdown stores what is queued and refuses what comes later") {
    open();
    REQUIRE(create(batch_of(shop)));
    int stored = 0;
    for (int at = 0; at < 50; ++at)
        store->commit(numbered(shop, at), [&](auto done) { stored += static_cast<bool>(done); });
    store->shutdown();
    Errc late = Errc::internal;
    store->commit(numbered(shop, 99), [&](auto done) { late = done.error().code; });
    run_until(loop, [&] { return late == Errc::unavailable; });
    CHECK(stored == 50);
    close();
    CHECK_FALSE(std::filesystem::exists(settings.path.string() + "-wal"));
    open();
    CHECK(number("SELECT count(*) FROM events") == 50);
}

TEST_CASE_METHOD(StoreFixture,
                 "the WAL is checkpointed after commits, and does not grow for ever") {
    settings.limits.wal_pages = 20;
    open();
    REQUIRE(create(batch_of(shop)));
    for (int at = 0; at < 60; ++at) {
        auto batch = numbered(shop, at);
        batch.events[0].detail.assign(20'000, 'x');
        REQUIRE(commit(batch));
    }
    CHECK(std::filesystem::file_size(settings.path) > 1'000'000);
    CHECK(std::filesystem::file_size(settings.path.string() + "-wal") < 500'000);
}
