// The way to cped: one AMQP connection over a Unix socket, made again for ever.
//
// Thread: the loop. Callbacks come from the loop, never from within a call. Limits: Backoff; the
// core's outbox bounds what is ever queued for sending.
#pragma once

#include "adapters/agent/protocol.hpp"
#include "adapters/amqp/client.hpp"
#include "src/cpe-agent/backoff.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace cpe::guest {

class Link {
public:
    struct Callbacks {
        std::function<void()> connected;
        std::function<void(const std::string& reason)> disconnected;
        std::function<void(agent::ToGuest)> received;
        LogSink log;
    };

    Link(boost::asio::any_io_executor executor, std::filesystem::path socket, std::string name,
         Callbacks callbacks);
    ~Link();
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    void start() { connect(); }
    void stop();
    void send(const agent::FromGuest& message);
    /// Ends the connection and tries again later. `disconnected` is not called for it.
    void disconnect(const std::string& reason);

private:
    void connect();
    void on_connected(Result<std::shared_ptr<amqp::Client>> client);
    void on_message(const amqp::Message& message);
    void lost(const std::string& reason);
    void try_later(Millis pause);
    void say(LogLevel level, const std::string& line) const;

    boost::asio::any_io_executor executor_;
    std::filesystem::path socket_;
    std::string name_;
    Callbacks callbacks_;
    Backoff backoff_;
    std::chrono::steady_clock::time_point connected_at_;
    boost::asio::steady_timer timer_;
    std::shared_ptr<amqp::Client> client_;
    std::shared_ptr<amqp::Sender> sender_;
    std::shared_ptr<amqp::Receiver> receiver_;
    std::string last_reason_;  ///< said once, not at every try
    /// Grows with each connection: what comes from an older one is ignored.
    std::shared_ptr<std::uint64_t> epoch_ = std::make_shared<std::uint64_t>(0);
};

}  // namespace cpe::guest
