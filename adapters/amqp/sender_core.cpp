#include "adapters/amqp/link_core.hpp"

#include <proton/session.h>

#include <cstring>
#include <utility>

namespace cpe::amqp::detail {
namespace {

Result<> verdict_of(pn_delivery_t* delivery, const std::string& address) {
    switch (pn_delivery_remote_state(delivery)) {
        case PN_ACCEPTED: return {};
        case PN_REJECTED:
            return to_error(read_condition(pn_disposition_condition(pn_delivery_remote(delivery))),
                            address + ": rejected");
        default: return Error{Errc::unavailable, "not taken by the peer", address, ""};
    }
}

}  // namespace

bool SenderCore::charge(std::ptrdiff_t bytes) {
    queued_bytes += static_cast<std::size_t>(bytes);
    const bool all_links = owner->charge_queue(bytes);
    return all_links && queued_bytes <= owner->limits().queue_bytes;
}

bool SenderCore::send(const Message& message, Sender::OnOutcome outcome) {
    if (over) return false;
    Waiting waiting{{}, std::move(outcome)};
    message.encode(waiting.bytes);
    const bool fits = charge(static_cast<std::ptrdiff_t>(waiting.bytes.size()));
    if (!fits || queue.size() >= owner->limits().queue_messages) {
        close_at_limit({"amqp:resource-limit-exceeded",
                        "this receiver is too slow: " + std::to_string(queue.size()) +
                            " messages wait for its credit; attach anew and ask for what was "
                            "missed"});
        return false;
    }
    queue.push_back(std::move(waiting));
    owner->wake();
    return true;
}

void SenderCore::flush() {
    if (!attached || over) return;
    pn_session_t* session = pn_link_session(link);
    bool sent = false;
    while (!queue.empty() && pn_link_credit(link) > 0 &&
           pn_session_outgoing_bytes(session) < owner->limits().session_buffer) {
        Waiting waiting = std::move(queue.front());
        queue.pop_front();
        charge(-static_cast<std::ptrdiff_t>(waiting.bytes.size()));
        transmit(std::move(waiting));
        sent = true;
    }
    if (!queue.empty()) return;
    if (pn_link_get_drain(link)) pn_link_drained(link);
    if (!sent || !on_drained) return;
    const auto callback = on_drained;  // it may close this link, which drops on_drained
    callback();
}

void SenderCore::transmit(Waiting waiting) {
    char tag[sizeof next_tag];
    std::memcpy(tag, &next_tag, sizeof next_tag);
    ++next_tag;
    pn_delivery_t* delivery = pn_delivery(link, pn_dtag(tag, sizeof tag));
    pn_link_send(link, waiting.bytes.data(), waiting.bytes.size());
    if (waiting.outcome) outcomes.emplace(delivery, std::move(waiting.outcome));
    const bool settled = outcomes.find(delivery) == outcomes.end();
    pn_link_advance(link);
    if (settled) pn_delivery_settle(delivery);
}

void SenderCore::updated(pn_delivery_t* delivery) {
    const auto found = outcomes.find(delivery);
    if (found == outcomes.end()) return;
    const bool decided = pn_delivery_remote_state(delivery) > PN_RECEIVED;
    if (!decided && !pn_delivery_settled(delivery)) return;
    const auto outcome = std::move(found->second);
    outcomes.erase(found);
    const Result<> verdict = verdict_of(delivery, address);
    pn_delivery_settle(delivery);
    outcome(verdict);
}

void SenderCore::let_go() {
    if (owner) charge(-static_cast<std::ptrdiff_t>(queued_bytes));
}

void SenderCore::drop() {
    on_drained = nullptr;
    outcomes.clear();
    queue.clear();
}

void SenderCore::finish(const Condition& condition) {
    on_drained = nullptr;
    auto sent = std::exchange(outcomes, {});
    auto waiting = std::exchange(queue, {});
    const Result<> failed = to_error(condition, "link to " + address);
    for (auto& [delivery, outcome] : sent) outcome(failed);
    for (auto& message : waiting)
        if (message.outcome) message.outcome(failed);
}

}  // namespace cpe::amqp::detail
