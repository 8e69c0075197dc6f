#include "src/management/event_stream.hpp"

#include "src/management/event_message.hpp"
#include "src/management/request.hpp"

#include <charconv>
#include <utility>

namespace cpe::management {
namespace {

Error bad_filter(const std::string& key, std::string what) {
    return {Errc::invalid_input, std::move(what), "filter '" + key + "'", ""};
}

/// An event id: any integer, or its decimal digits.
std::optional<std::uint64_t> event_id(const amqp::Value& value) {
    if (const auto number = amqp::as_uint(value)) return number;
    const auto text = amqp::as_string(value);
    if (!text || text->empty()) return std::nullopt;
    std::uint64_t id = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), id);
    if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
    return id;
}

std::string* text_filter(EventFilter& filter, const std::string& key) {
    if (key == filter_deployable) return &filter.deployable;
    if (key == filter_kind) return &filter.kind;
    if (key == filter_tenant) return &filter.tenant;
    return nullptr;
}

}  // namespace

Result<EventSubscription> read_subscription(const amqp::Filters& filters) {
    EventSubscription asked;
    for (const auto& [key, value] : filters) {
        if (key == filter_since) {
            const auto id = event_id(value);
            if (!id) return bad_filter(key, "must be an event id (an integer)");
            asked.filter.after = EventId{*id};
            asked.from_the_store = true;
            continue;
        }
        std::string* into = text_filter(asked.filter, key);
        if (!into)
            return Error{
                Errc::invalid_input, "is not known", "filter '" + key + "'",
                std::string("known are ") + filter_deployable + ", :kind, :since, :tenant"};
        const auto text = amqp::as_string(value);
        if (!text || text->size() > max_name_bytes)
            return bad_filter(key, "must be a short string");
        *into = *text;
    }
    return asked;
}

EventStream::EventStream(Control& control, std::shared_ptr<amqp::Sender> link,
                         EventSubscription asked)
    : control_(control),
      link_(std::move(link)),
      filter_(std::move(asked.filter)),
      from_the_store_(asked.from_the_store) {
    filter_.limit = page;
}

void EventStream::start() {
    // The link holds the stream, the stream the link: the circle is cut when the link closes.
    const auto self = shared_from_this();
    link_->on_closed([self](const amqp::Condition&) { self->subscription_.reset(); });
    link_->on_drained([self] { self->drained(); });
    subscription_ =
        control_.subscribe(filter_, [weak = weak_from_this()](const StoredEvent& event) {
            if (const auto stream = weak.lock()) stream->live(event);
        });
    catching_up_ = from_the_store_;
    if (catching_up_) fetch();
}

void EventStream::live(const StoredEvent& event) {
    if (event.id <= filter_.after) return;
    newest_ = std::max(newest_, event.id);
    if (!catching_up_ && link_->queued() < live_queue) return send(event);
    catching_up_ = true;  // drained() goes on once the peer has taken what waits
}

void EventStream::fetch() {
    if (std::exchange(fetching_, true)) return;
    noted_ = newest_;
    control_.events(filter_, [weak = weak_from_this()](const auto& events) {
        if (const auto stream = weak.lock()) stream->fetched(events);
    });
}

void EventStream::fetched(const Result<std::vector<StoredEvent>>& events) {
    fetching_ = false;
    if (!events) {
        subscription_.reset();
        return link_->close(amqp::to_condition(events.error()));
    }
    for (const auto& event : *events) send(event);
    // What was told live before this page was read stands in it: only later ones are missing.
    const bool more = events->size() >= page || (newest_ > filter_.after && newest_ > noted_);
    if (!more) {
        catching_up_ = false;
    } else if (link_->queued() == 0) {
        fetch();
    }
}

void EventStream::drained() {
    if (catching_up_) fetch();
}

void EventStream::send(const StoredEvent& event) {
    filter_.after = event.id;
    link_->send(event_message(event));
}

}  // namespace cpe::management
