// The two kinds of link, seen from our side, on either end of a connection.
//
// Thread: the loop thread only. Ownership: shared; a link object outlives its connection harmlessly
// (is_open() is false, calls do nothing). Callbacks run inside the connection's pump: they may call
// anything here, also close(); what they throw closes their connection and no other. Callbacks are
// dropped when the link has closed, so they may hold shared pointers.
#pragma once

#include "adapters/amqp/condition.hpp"
#include "adapters/amqp/limits.hpp"
#include "adapters/amqp/message.hpp"

#include <functional>
#include <memory>
#include <string>

namespace cpe::amqp {

namespace detail {
class Pump;
struct LinkCore;
struct SenderCore;
struct ReceiverCore;
}  // namespace detail

/// Filters of a source by key (AMQP 1.0 §3.5.1); descriptors are stripped when read, and written
/// as a symbol equal to the key.
using Filters = Map;

class Link {
public:
    using OnOpen = std::function<void()>;
    using OnClosed = std::function<void(const Condition&)>;

    /// The node: target address of what we send, source address of what we receive. For a dynamic
    /// link the address that was given to it (known once open).
    [[nodiscard]] const std::string& address() const;
    [[nodiscard]] const Filters& filters() const;
    /// Both ends have attached and none has closed.
    [[nodiscard]] bool is_open() const;
    /// Called once when the peer has attached; at once if it has.
    void on_open(OnOpen callback);
    /// Called once when the peer refuses, closes or detaches, when the connection ends, or when we
    /// close because of a limit; not after our own close(). At once if it is closed already.
    void on_closed(OnClosed callback);
    void close(const Condition& condition = {});

    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

protected:
    explicit Link(std::shared_ptr<detail::LinkCore> core);
    ~Link() = default;
    std::shared_ptr<detail::LinkCore> core_;
};

/// We send, the peer receives.
class Sender : public Link {
public:
    using OnOutcome = std::function<void(Result<>)>;

    /// Sends as soon as the peer gives credit; until then it waits in a queue of
    /// Limits::queue_messages and queue_bytes. At that limit the link is closed with
    /// amqp:resource-limit-exceeded. False: it is closed, nothing was sent. Sent settled.
    bool send(const Message& message);
    /// The same, unsettled: `outcome` is called once, with an error when the peer rejects or
    /// releases it, or the link closes before an answer.
    bool send(const Message& message, OnOutcome outcome);
    /// Messages that wait for credit.
    [[nodiscard]] std::size_t queued() const;
    /// The largest message that the peer takes, in bytes; 0 = it names no limit, or is not
    /// attached.
    [[nodiscard]] std::uint64_t max_message() const;
    /// Called each time that the queue has become empty. For pacing: send a batch, wait for this.
    void on_drained(std::function<void()> callback);

    explicit Sender(std::shared_ptr<detail::SenderCore> core);
};

/// One received message that waits for our verdict; each holds one credit of its link. Move-only;
/// destroyed without a verdict it is released.
class Delivery {
public:
    Delivery() = default;
    Delivery(std::weak_ptr<detail::ReceiverCore> link, std::uint64_t id);
    Delivery(Delivery&& other) noexcept;
    Delivery& operator=(Delivery&& other) noexcept;
    ~Delivery();

    void accept();
    void reject(const Condition& condition);
    void release();

private:
    void settle(std::uint64_t state, const Condition& condition);

    std::weak_ptr<detail::ReceiverCore> link_;
    std::uint64_t id_ = 0;  ///< 0 = settled
};

/// The peer sends, we receive. The peer has Limits::credit at the outset; each verdict gives one
/// back. A peer that sends without credit loses the link (amqp:link:transfer-limit-exceeded), one
/// that sends a message over Limits::max_message its connection.
class Receiver : public Link {
public:
    using OnMessage = std::function<void(Message, Delivery)>;

    /// Must be set before control returns to the loop, or messages are released.
    void on_message(OnMessage callback);

    explicit Receiver(std::shared_ptr<detail::ReceiverCore> core);
};

}  // namespace cpe::amqp
