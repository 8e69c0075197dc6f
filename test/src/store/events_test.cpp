// events(): what each part of a filter selects.
#include "fixture.hpp"

using namespace cpe;
using namespace cpe::store::test;

namespace {

struct EventsFixture : StoreFixture {
    EventsFixture() {
        open();
        REQUIRE(create(batch_of(shop)));
        REQUIRE(create(batch_of({"default", "blog"})));
        REQUIRE(create(batch_of({"other", "shop"})));
        auto batch = batch_of(shop);
        batch.events = {event_of(100, "escalation", "1"), event_of(200, "fencing", "2")};
        REQUIRE(commit(batch));
        batch.key = {"default", "blog"};
        batch.events = {event_of(300, "escalation", "3")};
        REQUIRE(commit(batch));
        batch.key = {"other", "shop"};
        batch.events = {event_of(400, "escalation", "4")};
        REQUIRE(commit(batch));
    }

    std::string reasons(const EventFilter& filter) {
        const auto found = events(filter);
        REQUIRE(found);
        std::string all;
        for (const auto& event : *found) all += event.event.reason;
        return all;
    }
};

}  // namespace

TEST_CASE_METHOD(EventsFixture, "a filter selects") {
    const EventFilter all;
    CHECK(reasons(all) == "1234");

    auto filter = all;
    SECTION("by tenant") {
        filter.tenant = "default";
        CHECK(reasons(filter) == "123");
        filter.deployable = "shop";
        CHECK(reasons(filter) == "12");
        filter.kind = "fencing";
        CHECK(reasons(filter) == "2");
    }
    SECTION("by deployable, of any tenant") {
        filter.deployable = "shop";
        CHECK(reasons(filter) == "124");
    }
    SECTION("by kind") {
        filter.kind = "escalation";
        CHECK(reasons(filter) == "134");
    }
    SECTION("after an id") {
        filter.after = {2};
        CHECK(reasons(filter) == "34");
    }
    SECTION("since a time") {
        filter.since = WallTime{200};
        CHECK(reasons(filter) == "234");
    }
    SECTION("the first") {
        filter.limit = 3;
        CHECK(reasons(filter) == "123");
        filter.limit = 0;
        CHECK(reasons(filter).empty());
    }
    SECTION("the newest, oldest first") {
        filter.limit = 3;
        filter.newest = true;
        CHECK(reasons(filter) == "234");
        filter.tenant = "default";
        filter.limit = 2;
        CHECK(reasons(filter) == "23");
    }
}

TEST_CASE_METHOD(EventsFixture, "an event comes back whole") {
    EventRecord event{{500},    "web",      "nginx", "service_state_change",
                      "failed", "rc 7 (1)", {12},    R"({"rc":7})"};
    auto batch = batch_of(shop);
    batch.events = {event};
    REQUIRE(commit(batch));
    EventFilter filter;
    filter.after = {4};
    const auto found = events(filter);
    REQUIRE(found);
    REQUIRE(found->size() == 1);
    const auto& stored = found->front();
    CHECK(stored.id == EventId{5});
    CHECK(stored.key == shop);
    CHECK(stored.event.at == event.at);
    CHECK(stored.event.assembly == event.assembly);
    CHECK(stored.event.service == event.service);
    CHECK(stored.event.kind == event.kind);
    CHECK(stored.event.state == event.state);
    CHECK(stored.event.reason == event.reason);
    CHECK(stored.event.transition == event.transition);
    CHECK(stored.event.detail == event.detail);
}

TEST_CASE_METHOD(EventsFixture, "a limit over the limit is refused by name") {
    EventFilter filter;
    filter.limit = settings.limits.events_per_read + 1;
    const auto found = events(filter);
    REQUIRE_FALSE(found);
    CHECK(found.error().code == Errc::too_large);
    CHECK(found.error().line().find("limit events_per_read") != std::string::npos);
}

TEST_CASE_METHOD(EventsFixture, "reads are answered after shutdown began, or refused") {
    store->shutdown();
    const auto found = events({});
    REQUIRE_FALSE(found);
    CHECK(found.error().code == Errc::unavailable);
}
