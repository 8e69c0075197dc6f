// One AMQP connection over any byte stream, server or client end: Proton's engine, driven by Asio.
//
// Thread: the loop thread only; nothing blocks. Ownership: shared; the connection keeps itself
// alive until it has ended, then calls its handler's on_closed and drops the handler. Peer bytes go
// through FrameGuard before Proton sees them. An exception thrown by a handler or callback closes
// this connection with amqp:internal-error, is logged, and touches nothing else.
#pragma once

#include "adapters/amqp/link.hpp"
#include "adapters/amqp/peer.hpp"

#include <cpe/log.hpp>

#include <functional>
#include <memory>
#include <string>

namespace cpe::amqp {

/// What a server does with one connection. Made by the listener's factory for each connection, and
/// destroyed with it.
class Handler {
public:
    virtual ~Handler() = default;
    /// The peer's open frame is here. An error refuses it: the connection is opened and closed with
    /// to_condition(error).
    virtual Result<> on_open() { return {}; }
    /// The peer wants to receive from link->address(). Keep the sender to send on it; an error
    /// refuses the link. Not called for dynamic sources: those get an address of ours, see
    /// Connection::reply_sender.
    virtual Result<> on_sender(const std::shared_ptr<Sender>& link) = 0;
    /// The peer wants to send to link->address(): set link->on_message, or refuse with an error.
    virtual Result<> on_receiver(const std::shared_ptr<Receiver>& link) = 0;
    /// The last call. No error name: closed in order by the peer.
    virtual void on_closed(const Condition& condition) = 0;
};

class Connection : public std::enable_shared_from_this<Connection> {
public:
    virtual ~Connection() = default;
    Connection() = default;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// The peer's credentials (Unix sockets).
    [[nodiscard]] virtual const Peer& peer() const = 0;
    /// Both ends opened, none closed.
    [[nodiscard]] virtual bool is_open() const = 0;

    /// A link to send to the peer's node `address`. Usable at once (it queues until attached).
    [[nodiscard]] virtual std::shared_ptr<Sender> open_sender(const std::string& address) = 0;
    /// A link to receive from the peer's node `address`.
    [[nodiscard]] virtual std::shared_ptr<Receiver> open_receiver(
        const std::string& address, const Filters& filters, Receiver::OnMessage on_message) = 0;
    /// A link with a dynamic source: its address(), once open, is for reply-to.
    [[nodiscard]] virtual std::shared_ptr<Receiver> open_reply_receiver(
        Receiver::OnMessage on_message) = 0;

    /// The sender that leads to a reply-to address. Addresses are of this connection only: no peer
    /// can have answers written to another's. Null: no such address here.
    [[nodiscard]] virtual std::shared_ptr<Sender> reply_sender(
        const std::string& address) const = 0;

    /// Sends what is queued in Proton, closes, and cuts after Limits::linger. Idempotent.
    virtual void close(const Condition& condition = {}) = 0;
};

}  // namespace cpe::amqp
