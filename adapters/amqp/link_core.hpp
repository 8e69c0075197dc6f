// What a link object of the public API shares with the connection that drives it.
//
// Thread: the loop thread. Ownership: shared by the connection (while Proton's link lives) and the
// public objects. `owner` and `link` are null once the link has ended.
#pragma once

#include "adapters/amqp/link.hpp"

#include <proton/connection.h>
#include <proton/delivery.h>
#include <proton/link.h>

#include <deque>
#include <map>
#include <unordered_map>
#include <vector>

namespace cpe::amqp::detail {

/// What links need of their connection.
class Pump {
public:
    Pump() = default;
    virtual ~Pump() = default;
    Pump(const Pump&) = delete;
    Pump& operator=(const Pump&) = delete;
    /// Something was changed in the engine from outside: bytes have to be moved.
    virtual void wake() = 0;
    [[nodiscard]] virtual const Limits& limits() const = 0;
    /// Closes the whole connection with an error.
    virtual void fail(const Condition& condition) = 0;
    /// Bytes of unfinished messages over all links; false when over Limits::max_partial.
    virtual bool charge_partial(std::ptrdiff_t bytes) = 0;
    /// Bytes that wait to be sent over all links; false when over Limits::queue_total.
    virtual bool charge_queue(std::ptrdiff_t bytes) = 0;
};

struct LinkCore : std::enable_shared_from_this<LinkCore> {
    LinkCore(Pump& pump, pn_link_t* raw) : owner(&pump), link(raw) {}
    virtual ~LinkCore() = default;
    LinkCore(const LinkCore&) = delete;
    LinkCore& operator=(const LinkCore&) = delete;

    /// Both ends are attached: tells on_open.
    void opened();
    /// The link is over (peer, connection, or a limit of ours): settles what waits, tells
    /// on_closed.
    void ended(const Condition& condition);
    /// Our own close: detaches and forgets, without on_closed.
    void close(const Condition& condition);
    /// Closes because of a limit, and tells on_closed.
    void close_at_limit(const Condition& condition);
    /// The connection is freed without having ended: drops callbacks, calls none.
    void abandon();
    /// Forgets users' callbacks and what they wait for.
    virtual void drop() = 0;
    /// Answers or lets go of everything that is unfinished. May call users.
    virtual void finish(const Condition& condition) = 0;
    /// Proton's link is about to be closed and freed: nothing may point into it.
    virtual void let_go() = 0;

    Pump* owner;
    pn_link_t* link;
    std::string address;
    Filters filters;
    bool attached = false;
    bool over = false;
    bool closed_by_us = false;
    Condition why;
    Link::OnOpen on_open;
    Link::OnClosed on_closed;

private:
    void detach(const Condition& condition);
};

struct SenderCore final : LinkCore {
    using LinkCore::LinkCore;
    struct Waiting {
        std::vector<char> bytes;
        Sender::OnOutcome outcome;  ///< empty: sent settled
    };

    bool send(const Message& message, Sender::OnOutcome outcome);
    /// Hands to the engine what credit and its buffer allow.
    void flush();
    /// The peer said something about one of our deliveries.
    void updated(pn_delivery_t* delivery);
    void finish(const Condition& condition) override;
    void drop() override;
    void let_go() override;

    std::deque<Waiting> queue;
    std::size_t queued_bytes = 0;
    std::uint64_t next_tag = 1;
    std::unordered_map<pn_delivery_t*, Sender::OnOutcome> outcomes;
    std::function<void()> on_drained;

private:
    /// Counts bytes in or out of the queue; false when a limit is passed.
    bool charge(std::ptrdiff_t bytes);
    void transmit(Waiting waiting);
};

struct ReceiverCore final : LinkCore {
    using LinkCore::LinkCore;

    void grant_initial();
    /// Bytes of a delivery arrived: collects them, hands on a whole message.
    void arrived(pn_delivery_t* delivery);
    void settle(std::uint64_t id, std::uint64_t state, const Condition& condition);
    void finish(const Condition& condition) override;
    void drop() override;
    void let_go() override;

    Receiver::OnMessage on_message;
    std::vector<char> partial;
    std::map<std::uint64_t, pn_delivery_t*> unsettled;
    std::uint64_t next_id = 1;
    std::uint64_t granted = 0;   ///< credit given in all
    std::uint64_t received = 0;  ///< deliveries that used it
    int returned = 0;            ///< credit to give back, in batches

private:
    [[nodiscard]] bool collect(pn_delivery_t* delivery);
    void deliver(pn_delivery_t* delivery);
    void drop_partial();
};

/// Ends a delivery with an outcome (PN_ACCEPTED, PN_REJECTED, PN_RELEASED).
void settle_delivery(pn_delivery_t* delivery, std::uint64_t state, const Condition& condition);
void set_condition(pn_condition_t* into, const Condition& condition);
[[nodiscard]] Condition read_condition(pn_condition_t* from);

}  // namespace cpe::amqp::detail
