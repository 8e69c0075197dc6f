// Tells subscribers every event once it is durable, in the order of ids.
//
// Thread: the loop thread. Ownership: a subscription lives as long as what subscribe() returned.
#pragma once

#include <cpe/control.hpp>

#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace cpe::registry {

class EventHub {
public:
    [[nodiscard]] Control::Subscription subscribe(EventFilter filter, Control::OnEvent on_event);
    void publish(std::span<const StoredEvent> events);

private:
    struct Subscriber {
        EventFilter filter;
        Control::OnEvent on_event;
    };
    std::vector<std::weak_ptr<Subscriber>> subscribers_;
};

/// Whether a subscriber with this filter is told of this event (its limit and times aside).
[[nodiscard]] bool wants(const EventFilter& filter, const StoredEvent& event);

}  // namespace cpe::registry
