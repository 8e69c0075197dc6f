// One subscriber of `events`: replays from the store, then goes on live, without gap or repeat.
//
// Catching up: pages are read from the store and sent, the next one when the last has been taken by
// the peer; live events are only noted. When a page comes up short and nothing newer was noted, the
// stream is live: events are sent as they come. A subscriber that takes them too slowly has at most
// `live_queue` events waiting; then the stream falls back to catching up, at the peer's pace. So a
// slow subscriber costs a bounded queue and loses nothing.
//
// Thread: the loop thread. Ownership: shared; keeps itself alive through its link's callbacks until
// the link has closed. Control must outlive it.
#pragma once

#include "adapters/amqp/link.hpp"

#include <cpe/control.hpp>

#include <memory>

namespace cpe::management {

/// Filter keys of a source on `events`.
inline constexpr const char* filter_deployable = "org.pacemakercloud:deployable";
inline constexpr const char* filter_kind = "org.pacemakercloud:kind";
inline constexpr const char* filter_since = "org.pacemakercloud:since";
inline constexpr const char* filter_tenant = "org.pacemakercloud:tenant";

/// What a subscriber asks for.
struct EventSubscription {
    EventFilter filter;           ///< deployable, kind, tenant; `after` from `since`
    bool from_the_store = false;  ///< `since` was given
};

/// Unknown filter keys are refused by name: a filter that is not applied would be a lie.
[[nodiscard]] Result<EventSubscription> read_subscription(const amqp::Filters& filters);

class EventStream : public std::enable_shared_from_this<EventStream> {
public:
    static constexpr std::size_t page = 200;        ///< events read from the store at a time
    static constexpr std::size_t live_queue = 500;  ///< events that may wait for the peer's credit

    EventStream(Control& control, std::shared_ptr<amqp::Sender> link, EventSubscription asked);
    void start();

private:
    void live(const StoredEvent& event);
    void fetch();
    void fetched(const Result<std::vector<StoredEvent>>& events);
    void drained();
    void send(const StoredEvent& event);

    Control& control_;
    std::shared_ptr<amqp::Sender> link_;
    EventFilter filter_;  ///< `after`: the last event that was sent, or where to begin
    bool from_the_store_;
    bool catching_up_ = false;
    bool fetching_ = false;
    EventId newest_;  ///< told live
    EventId noted_;   ///< newest_ when the page that is being read was asked for
    Control::Subscription subscription_;
};

}  // namespace cpe::management
