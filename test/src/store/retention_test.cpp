// log.retention: what goes, what stays, and that ids are never used again.
#include "src/store/retention.hpp"
#include "src/store/schema.hpp"

#include "fixture.hpp"

#include <boost/asio/post.hpp>

using namespace cpe;
using namespace cpe::store;
using namespace cpe::store::test;

namespace {

constexpr std::int64_t day = 86'400'000;

struct RetentionFixture : StoreFixture {
    RetentionFixture() {
        settings.now = [] { return WallTime{100 * day}; };
        settings.retention = {0, 0, Millis{3'600'000}, 100};  // nothing goes yet
        open();
        REQUIRE(create(batch_of(shop)));
    }

    /// Day `at` has an event, an action and a transition that ended.
    PersistBatch of_day(std::int64_t at) {
        const auto id = static_cast<std::uint64_t>(at);
        auto batch = batch_of(shop);
        batch.events = {event_of(at * day, "test")};
        ActionRecord action;
        action.id = {id};
        action.at = {at * day};
        action.status = ActionStatus::complete;
        batch.actions = {action};
        batch.transitions = {{{id}, {at * day}, WallTime{at * day}, "", "complete", 1, "<cib/>"}};
        return batch;
    }

    void wait_for_removed(std::uint64_t rows) {
        run_until(loop, [&] {
            boost::asio::post(loop, [] {});
            return store->stats().removed_rows >= rows;
        });
        CHECK(store->stats().removed_rows == rows);
    }
};

}  // namespace

TEST_CASE_METHOD(RetentionFixture, "rows older than so many days go, whatever is under way stays") {
    for (std::int64_t at = 1; at <= 99; ++at) REQUIRE(commit(of_day(at)));
    auto open_ones = of_day(5);
    open_ones.events.clear();
    open_ones.actions[0].id = {500};
    open_ones.actions[0].status = ActionStatus::pending;
    open_ones.transitions[0].id = {500};
    open_ones.transitions[0].status = "running";
    REQUIRE(commit(open_ones));

    store->set_retention({10, 0, Millis{3'600'000}, 20});  // several steps
    wait_for_removed(3 * 89);
    for (const auto* table : {"events", "actions", "transitions"}) {
        INFO(table);
        const std::string from = std::string(" FROM ") + table;
        CHECK(number("SELECT count(*)" + from + " WHERE at < " + std::to_string(90 * day)) ==
              (std::string(table) == "events" ? 0 : 1));
        CHECK(number("SELECT count(*)" + from + " WHERE at >= " + std::to_string(90 * day)) == 10);
    }
    CHECK(store->load_all().value().deployables[0].pending.size() == 1);
}

TEST_CASE_METHOD(RetentionFixture, "ids are not used again when all their rows are gone") {
    for (std::int64_t at = 1; at <= 5; ++at) REQUIRE(commit(of_day(at)));
    store->set_retention({1, 0, Millis{3'600'000}, 100});
    wait_for_removed(15);
    close();
    open();
    const auto loaded = store->load_all();
    REQUIRE(loaded);
    CHECK(loaded->last_operation == OperationId{5});
    CHECK(loaded->last_transition == TransitionId{5});
    CHECK(loaded->last_event == EventId{5});
    CHECK(commit(of_day(6)).value().front() == EventId{6});
}

TEST_CASE_METHOD(RetentionFixture, "the oldest go while the database is too large") {
    for (std::int64_t at = 1; at <= 99; ++at) {
        auto batch = of_day(at);
        batch.events[0].reason.assign(20'000, 'x');
        REQUIRE(commit(batch));
    }
    const auto before = number("SELECT count(*) FROM events");
    store->set_retention({0, mebibyte, Millis{3'600'000}, 10});
    const auto size = [&] {
        auto db = Database::open(settings.path, Database::Mode::read_only);
        return db->number("PRAGMA page_count").value() * db->number("PRAGMA page_size").value();
    };
    run_until(loop, [&] {
        boost::asio::post(loop, [] {});
        return size() <= static_cast<std::int64_t>(mebibyte);
    });
    const auto left = number("SELECT count(*) FROM events");
    CHECK(left < before);
    CHECK(left > 20);
    CHECK(number("SELECT max(at) FROM events") == 99 * day);
    CHECK(number("SELECT min(at) FROM events") > 30 * day);
    // All tables lose the same span of time.
    CHECK(number("SELECT (SELECT min(at) FROM events) = (SELECT min(at) FROM actions)") == 1);
}

TEST_CASE("nothing to remove is nothing written") {
    const TemporaryDirectory directory;
    auto db = open_database(directory.path() / "cpe.db", {});
    REQUIRE(db);
    const auto wal = directory.path() / "cpe.db-wal";
    const auto before = std::filesystem::file_size(wal);
    const auto step = retain(*db, Retention{}, WallTime{100 * day});
    REQUIRE(step);
    CHECK(step->rows == 0);
    CHECK_FALSE(step->more);
    CHECK(std::filesystem::file_size(wal) == before);
}
