#include "src/registry/event_hub.hpp"

namespace cpe::registry {

bool wants(const EventFilter& filter, const StoredEvent& event) {
    if (!filter.tenant.empty() && filter.tenant != event.key.tenant) return false;
    if (!filter.deployable.empty() && filter.deployable != event.key.name) return false;
    return filter.kind.empty() || filter.kind == event.event.kind;
}

Control::Subscription EventHub::subscribe(EventFilter filter, Control::OnEvent on_event) {
    auto subscriber = std::make_shared<Subscriber>(std::move(filter), std::move(on_event));
    subscribers_.push_back(subscriber);
    return subscriber;
}

void EventHub::publish(std::span<const StoredEvent> events) {
    std::erase_if(subscribers_, [](const auto& subscriber) { return subscriber.expired(); });
    // A subscriber may subscribe or leave while it is told: walk over a copy.
    const auto subscribers = subscribers_;
    for (const auto& weak : subscribers)
        for (const auto& event : events)
            if (const auto subscriber = weak.lock(); subscriber && wants(subscriber->filter, event))
                subscriber->on_event(event);
}

}  // namespace cpe::registry
