// One guest's own socket, the connection on it, and the timer of its line.
//
// Thread: the loop. Ownership: shared with the connections' handlers, which hold it weakly; after
// close() it tells nobody anything. The sink is called from the loop only, never from within a
// call. A newer connection replaces an older one once its hello has been let in (doorkeeper.hpp);
// what a guest sends wrongly ends its connection.
#pragma once

#include "adapters/agent/doorkeeper.hpp"
#include "adapters/agent/guest_line.hpp"
#include "adapters/agent/log_limiter.hpp"
#include "adapters/amqp/listener.hpp"

#include <cpe/guest_channel.hpp>

#include <boost/asio/steady_timer.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace cpe::agent {

struct PortSettings {
    AssemblyKey key;
    std::filesystem::path socket;
    Millis heartbeat{2'000};
    LineLimits limits;
    LogSink log;
    std::vector<std::string> dead_boots;  ///< GuestPeer::dead_boots
};

class GuestPort : public std::enable_shared_from_this<GuestPort> {
public:
    GuestPort(boost::asio::any_io_executor executor, PortSettings settings, GuestSink& sink);

    /// Makes the directory (0700) and the socket. Errors: Errc::unavailable, ...
    [[nodiscard]] Result<> open();
    void close();
    /// GuestPeer::dead_boots has changed.
    void bar(std::vector<std::string> dead_boots);

    void submit(OperationRequest request);
    void cancel_monitor(const std::string& resource, Millis interval);

private:
    friend class PortHandler;

    /// A connection whose hello is awaited.
    struct Newcomer {
        std::weak_ptr<amqp::Connection> connection;
        std::shared_ptr<amqp::Sender> sender;
    };

    // From the handler of connection number `epoch`; ignored when a newer one has replaced it.
    [[nodiscard]] std::uint64_t attach(const std::shared_ptr<amqp::Connection>& connection);
    void set_sender(std::uint64_t epoch, std::shared_ptr<amqp::Sender> sender);
    void received(std::uint64_t epoch, const amqp::Message& message);
    void detached(std::uint64_t epoch, const std::string& reason);

    void newcomer_said(std::uint64_t epoch, FromGuest words);
    void let_in(std::uint64_t epoch);
    void turn_away(std::uint64_t epoch, const Error& error);
    void taken(const Result<>& outcome);
    void flush();
    void deliver();
    void tell(const Told& told);
    void arm_timer();
    void drop_connection(const Error& error);

    boost::asio::any_io_executor executor_;
    PortSettings settings_;
    GuestSink& sink_;
    GuestLine line_;
    LogLimiter log_;
    boost::asio::steady_timer timer_;
    std::unique_ptr<amqp::Listener> listener_;
    std::weak_ptr<amqp::Connection> connection_;
    std::shared_ptr<amqp::Sender> sender_;
    std::vector<ToGuest> unsent_;  ///< said before the guest attached its receiving link
    std::deque<Told> told_;
    Doorkeeper door_;
    std::map<std::uint64_t, Newcomer> newcomers_;  ///< as many as the listener lets in
    std::uint64_t last_epoch_ = 0;
    std::uint64_t epoch_ = 0;  ///< of who is inside; 0: nobody is
    bool open_ = false;
    bool delivering_ = false;
};

}  // namespace cpe::agent
