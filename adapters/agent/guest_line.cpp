#include "adapters/agent/guest_line.hpp"

#include <algorithm>
#include <utility>

namespace cpe::agent {

namespace {

using Outcome = OperationResult::Outcome;

bool contains(const std::vector<OperationId>& ids, OperationId id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

Error no_hello() {
    return {Errc::refused, "its first message was no hello", {}, {}};
}

// From above.

void GuestLine::submit(OperationRequest request, MonoTime now) {
    const auto id = request.id;
    if (pending_.contains(id)) return;
    if (pending_.size() >= limits_.operations)
        return answer(
            id, Outcome::cancelled,
            "too many operations without an answer, limit " + std::to_string(limits_.operations));
    cancels_.erase({request.resource, request.interval});
    Pending pending{std::move(request), {}, boot_id_, {}};
    if (!up_) pending.expires = now + pending.request.timeout;
    order_.emplace(++last_order_, id);
    pending_.emplace(id, std::move(pending));
    if (up_) send_pending();
}

void GuestLine::cancel_monitor(const std::string& resource, Millis interval) {
    if (up_) {
        ready_.messages.emplace_back(CancelMonitor{resource, interval});
        return;
    }
    for (const auto id : pending_monitors(resource, interval)) {
        auto& pending = pending_.at(id);
        pending.cancelled = !pending.sent_to.empty();
        if (!pending.cancelled) answer(id, Outcome::cancelled, "cancelled before it was sent");
    }
    if (cancels_.size() < limits_.cancels) cancels_.emplace(resource, interval);
}

std::vector<OperationId> GuestLine::pending_monitors(const std::string& resource,
                                                     Millis interval) const {
    std::vector<OperationId> ids;
    for (const auto& [id, pending] : pending_)
        if (pending.request.operation == "monitor" && pending.request.resource == resource &&
            pending.request.interval == interval)
            ids.push_back(id);
    return ids;
}

/// The one place where an operation that the guest did not answer gets its answer.
void GuestLine::answer(OperationId id, Outcome outcome, std::string why) {
    if (pending_.erase(id) > 0)
        std::erase_if(order_, [&](const auto& entry) { return entry.second == id; });
    if (outcome == Outcome::lost) {
        forgotten_.push_back(id);
        if (forgotten_.size() > limits_.forgotten) forgotten_.pop_front();
    }
    ready_.told.emplace_back(OperationResult{id, outcome, 0, std::move(why), {}, Millis{0}});
}

// The connection.

void GuestLine::connected(MonoTime now) {
    connected_ = true;
    up_ = false;
    tokens_ = static_cast<double>(limits_.burst);
    tokens_at_ = now;
}

void GuestLine::disconnected(const std::string& reason, MonoTime now) {
    if (!connected_) return;
    connected_ = false;
    for (auto& [id, pending] : pending_)
        if (!pending.expires) pending.expires = now + pending.request.timeout;
    if (std::exchange(up_, false)) ready_.told.emplace_back(GuestGone{reason});
}

bool GuestLine::within_rate(MonoTime now) {
    const auto passed = static_cast<double>((now - tokens_at_).count()) / 1000.0;
    tokens_ = std::min(tokens_ + passed * static_cast<double>(limits_.rate),
                       static_cast<double>(limits_.burst));
    tokens_at_ = now;
    if (tokens_ < 1.0) return false;
    tokens_ -= 1.0;
    return true;
}

Result<> GuestLine::receive(FromGuest message, MonoTime now) {
    if (!connected_) return {};
    if (!within_rate(now))
        return Error{Errc::too_large,
                     "more than " + std::to_string(limits_.rate) + " messages a second",
                     {},
                     {}};
    if (!up_ && !std::holds_alternative<Hello>(message)) return no_hello();
    return std::visit([&](auto& words) { return on(std::move(words), now); }, message);
}

Result<> GuestLine::on(Hello hello, MonoTime /*now*/) {
    if (up_) return Error{Errc::refused, "it said hello twice", {}, {}};
    if (hello.protocol != protocol_version) {
        const auto why = "this cped speaks version " + std::to_string(protocol_version) +
                         " of the agent protocol, the agent version " +
                         std::to_string(hello.protocol);
        ready_.messages.emplace_back(Refused{why});
        return Error{Errc::unsupported, why, {}, "install the cpe-agent of this cped's release"};
    }
    greet(hello);
    settle_pending(hello);
    drop_cancelled(hello.guest);
    ready_.told.emplace_back(GuestUp{std::move(hello.guest)});
    send_pending();
    return {};
}

void GuestLine::greet(Hello& hello) {
    up_ = true;
    if (agent_id_ != hello.guest.agent_id) newest_ = 0;
    agent_id_ = hello.guest.agent_id;
    ready_.messages.emplace_back(Welcome{protocol_version, heartbeat_, newest_});
}

/// What the guest's life, or the agent's, took with it is lost; the rest is owed by the agent
/// again.
void GuestLine::settle_pending(const Hello& hello) {
    const auto& boot_id = hello.guest.boot_id;
    std::vector<OperationId> lost;
    std::vector<OperationId> cancelled;
    for (auto& [id, pending] : pending_) {
        pending.expires.reset();
        const bool other_boot = !pending.meant_for.empty() && pending.meant_for != boot_id;
        const bool other_agent = !pending.sent_to.empty() && pending.sent_to != agent_id_;
        if (contains(hello.guest.operations, id)) {
            pending.sent_to = agent_id_;
            continue;
        }
        if (other_boot || other_agent)
            lost.push_back(id);
        else if (pending.cancelled)
            cancelled.push_back(id);
        else
            pending.sent_to.clear();  // a repeat does no harm: the agent knows its ids
    }
    for (const auto id : lost) answer(id, Outcome::lost, "the guest or its agent was restarted");
    for (const auto id : cancelled) answer(id, Outcome::cancelled, "cancelled on the way");
    boot_id_ = boot_id;
}

void GuestLine::drop_cancelled(GuestHello& guest) {
    for (const auto& cancelled : std::exchange(cancels_, {})) {
        const auto& [resource, interval] = cancelled;
        ready_.messages.emplace_back(CancelMonitor{resource, interval});
        std::erase_if(guest.monitors, [&cancelled](const MonitorEntry& row) {
            return row.resource == cancelled.first && row.interval == cancelled.second;
        });
    }
}

void GuestLine::send_pending() {
    for (const auto& [order, id] : order_) {
        auto& pending = pending_.at(id);
        if (!pending.sent_to.empty()) continue;
        pending.sent_to = agent_id_;
        ready_.messages.emplace_back(Perform{pending.request});
    }
}

// From the guest.

Result<> GuestLine::on(const Heartbeat& beat, MonoTime /*now*/) {
    ready_.told.emplace_back(beat);
    return {};
}

Result<> GuestLine::new_sequence(std::uint64_t sequence, bool& fresh) {
    if (sequence == 0) return Error{Errc::invalid_input, "sequence number 0", {}, {}};
    fresh = sequence > newest_;
    if (fresh) newest_ = sequence;
    ready_.messages.emplace_back(Acknowledge{newest_});
    return {};
}

Result<> GuestLine::on(Finished finished, MonoTime /*now*/) {
    bool fresh = false;
    if (const auto checked = new_sequence(finished.sequence, fresh); !checked) return checked;
    const auto id = finished.result.id;
    const auto told = std::find(forgotten_.begin(), forgotten_.end(), id);
    if (!fresh || told != forgotten_.end()) return {};
    if (pending_.erase(id) > 0)
        std::erase_if(order_, [&](const auto& entry) { return entry.second == id; });
    ready_.told.emplace_back(std::move(finished.result));
    return {};
}

Result<> GuestLine::on(Reported reported, MonoTime /*now*/) {
    bool fresh = false;
    if (const auto checked = new_sequence(reported.sequence, fresh); !checked) return checked;
    if (fresh) ready_.told.emplace_back(std::move(reported.report));
    return {};
}

// Time.

void GuestLine::advance(MonoTime now) {
    std::vector<OperationId> late;
    for (const auto& [id, pending] : pending_)
        if (pending.expires && *pending.expires <= now) late.push_back(id);
    for (const auto id : late)
        answer(id, Outcome::lost, "its time limit passed without a connection to the guest");
}

std::optional<MonoTime> GuestLine::next_deadline() const {
    std::optional<MonoTime> next;
    for (const auto& [id, pending] : pending_)
        if (pending.expires) next = next ? std::min(*next, *pending.expires) : *pending.expires;
    return next;
}

}  // namespace cpe::agent
