// An asynchronous AMQP client: connect, ask, subscribe, send, receive.
//
// Thread: the loop thread; nothing blocks, every callback comes from the loop and never from inside
// the call that takes it. Ownership: shared; dropping the last pointer closes the connection.
// Reconnecting is the user's business: a client that was disconnected stays so.
#pragma once

#include "adapters/amqp/connection.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace cpe::amqp {

struct ClientSettings {
    std::string container = "cpe-client";            ///< container-id, seen in the server's log
    Millis connect_deadline{5'000};                  ///< from connect(2) to the server's open frame
    std::size_t max_requests = 256;                  ///< waiting for an answer; more are refused
    Limits limits{.max_message = 16 * 1024 * 1024};  ///< answers are larger than requests
    LogSink log;                                     ///< may be empty
};

class Client {
public:
    using Connected = std::function<void(Result<std::shared_ptr<Client>>)>;
    using Answered = std::function<void(Result<Message>)>;

    /// Errors: Errc::unavailable (no socket, refused), Errc::timed_out, Errc::not_allowed (the
    /// server closed with amqp:unauthorized-access), ...
    static void connect_unix(boost::asio::any_io_executor executor, std::filesystem::path path,
                             ClientSettings settings, Connected connected);

    virtual ~Client() = default;
    Client() = default;
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    /// Sends `message` to `address` with a message-id and reply-to of ours; `answered` is called
    /// once: with the response of that correlation-id (whatever its statusCode), or an error when
    /// the deadline passed, the request was rejected, or the connection ended.
    virtual void request(const std::string& address, Message message, Millis deadline,
                         Answered answered) = 0;

    /// Plain links, see link.hpp. `subscribe` accepts every message before `on_message` sees it.
    /// @{
    [[nodiscard]] virtual std::shared_ptr<Receiver> subscribe(
        const std::string& address, const Filters& filters,
        std::function<void(Message)> on_message) = 0;
    [[nodiscard]] virtual std::shared_ptr<Sender> sender(const std::string& address) = 0;
    [[nodiscard]] virtual std::shared_ptr<Receiver> receiver(const std::string& address,
                                                             const Filters& filters,
                                                             Receiver::OnMessage on_message) = 0;
    /// @}

    [[nodiscard]] virtual bool is_open() const = 0;
    /// Called once when the connection has ended, not after our own close(); at the next turn of
    /// the loop if it has ended already. The condition says why (a name even for a plain EOF:
    /// "cped:disconnected").
    virtual void on_disconnected(std::function<void(const Condition&)> callback) = 0;
    virtual void close() = 0;
};

}  // namespace cpe::amqp
