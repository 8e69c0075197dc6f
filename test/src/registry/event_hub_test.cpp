#include "src/registry/event_hub.hpp"

#include <catch2/catch.hpp>

using namespace cpe;
using cpe::registry::EventHub;
using cpe::registry::wants;

namespace {

StoredEvent event(std::uint64_t id, const std::string& deployable, const std::string& kind) {
    StoredEvent made{{id}, {"default", deployable}, {}};
    made.event.kind = kind;
    return made;
}

}  // namespace

TEST_CASE("a subscriber is told what it asked for, until it leaves") {
    EventHub hub;
    EventFilter filter;
    filter.deployable = "shop";
    std::vector<std::uint64_t> told;
    auto subscription =
        hub.subscribe(filter, [&](const StoredEvent& one) { told.push_back(one.id.value); });
    const std::vector<StoredEvent> events{event(1, "shop", "a"), event(2, "other", "a"),
                                          event(3, "shop", "b")};
    hub.publish(events);
    CHECK(told == std::vector<std::uint64_t>{1, 3});
    subscription.reset();
    hub.publish(events);
    CHECK(told.size() == 2);
}

TEST_CASE("a subscriber may leave, and another come, while events are told") {
    EventHub hub;
    Control::Subscription first, second;
    int first_told = 0, second_told = 0;
    first = hub.subscribe({}, [&](const StoredEvent&) {
        ++first_told;
        second = hub.subscribe({}, [&](const StoredEvent&) { ++second_told; });
        first.reset();
    });
    const std::vector<StoredEvent> events{event(1, "shop", "a"), event(2, "shop", "a")};
    hub.publish(events);
    CHECK(first_told == 1);
    CHECK(second_told == 0);
    hub.publish(events);
    CHECK(second_told == 2);
}

TEST_CASE("filters: tenant, deployable and kind must all agree") {
    EventFilter filter;
    filter.tenant = "default";
    filter.kind = "fencing";
    CHECK(wants(filter, event(1, "shop", "fencing")));
    CHECK_FALSE(wants(filter, event(1, "shop", "brake")));
    filter.tenant = "other";
    CHECK_FALSE(wants(filter, event(1, "shop", "fencing")));
}
