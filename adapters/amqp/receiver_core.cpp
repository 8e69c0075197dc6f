#include "adapters/amqp/link_core.hpp"

#include <algorithm>
#include <utility>

namespace cpe::amqp::detail {

void ReceiverCore::grant_initial() {
    const int credit = owner->limits().credit;
    granted = static_cast<std::uint64_t>(credit);
    pn_link_flow(link, credit);
}

void ReceiverCore::arrived(pn_delivery_t* delivery) {
    const auto keep = shared_from_this();
    while (!over && delivery && pn_link_current(link) == delivery) {
        if (pn_delivery_aborted(delivery)) {
            drop_partial();
            ++received;
            pn_link_advance(link);
            pn_delivery_settle(delivery);
            ++returned;
        } else {
            if (!collect(delivery)) return;
            if (pn_delivery_partial(delivery)) return;
            deliver(delivery);
        }
        if (!over) delivery = pn_link_current(link);
    }
}

bool ReceiverCore::collect(pn_delivery_t* delivery) {
    const std::size_t more = pn_delivery_pending(delivery);
    if (more == 0) return true;
    const std::size_t limit = owner->limits().max_message;
    if (partial.size() + more > limit) {
        owner->fail(
            {"amqp:link:message-size-exceeded",
             "a message to '" + address + "' is larger than " + std::to_string(limit) + " bytes"});
        return false;
    }
    if (!owner->charge_partial(static_cast<std::ptrdiff_t>(more))) {
        owner->fail({"amqp:resource-limit-exceeded", "too many bytes in unfinished messages"});
        return false;
    }
    const std::size_t had = partial.size();
    partial.resize(had + more);
    const ssize_t got = pn_link_recv(link, partial.data() + had, more);
    partial.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return true;
}

void ReceiverCore::deliver(pn_delivery_t* delivery) {
    const auto bytes = partial;
    drop_partial();
    pn_link_advance(link);
    if (++received > granted) {
        pn_delivery_settle(delivery);
        return close_at_limit(
            {"amqp:link:transfer-limit-exceeded", "more messages than there was credit for"});
    }
    const std::uint64_t id = next_id++;
    unsettled.emplace(id, delivery);
    Delivery handle(std::static_pointer_cast<ReceiverCore>(shared_from_this()), id);
    auto message = decode(bytes);
    if (!message) return handle.reject({"amqp:decode-error", message.error().line()});
    const auto callback = on_message;  // it may close this link, which drops on_message
    if (callback) callback(std::move(*message), std::move(handle));
}

void ReceiverCore::settle(std::uint64_t id, std::uint64_t state, const Condition& condition) {
    const auto found = unsettled.find(id);
    if (found == unsettled.end()) return;
    settle_delivery(found->second, state, condition);
    unsettled.erase(found);
    ++returned;
    // Credit goes back in batches: one flow frame for each message would double the traffic.
    if (returned >= std::max(1, owner->limits().credit / 2)) {
        granted += static_cast<std::uint64_t>(returned);
        pn_link_flow(link, std::exchange(returned, 0));
    }
    owner->wake();
}

void ReceiverCore::drop_partial() {
    if (owner && !partial.empty())
        owner->charge_partial(-static_cast<std::ptrdiff_t>(partial.size()));
    partial = {};
}

void ReceiverCore::let_go() {
    drop_partial();
    unsettled.clear();  // closing the link settles nothing: the peer may send them again
}

void ReceiverCore::drop() {
    on_message = nullptr;
}

void ReceiverCore::finish(const Condition&) {
    drop();
}

}  // namespace cpe::amqp::detail
