// One connection to cped, driven from straight-line code: each call runs the loop until it has its
// answer.
//
// Thread: the main thread. Ownership: closes the connection when destroyed. Errors:
// Errc::unavailable when there is no connection (any more), Errc::timed_out when no answer came.
#pragma once

#include "adapters/amqp/client.hpp"

#include <cpe/result.hpp>
#include <cpe/time.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>

namespace cpe::ctl {

class Session {
public:
    using Clock = std::chrono::steady_clock;

    static Result<std::unique_ptr<Session>> open(const std::filesystem::path& socket,
                                                 Millis deadline);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session();

    /// Sends a request to `$management`; any answer, whatever its statusCode.
    Result<amqp::Message> ask(amqp::Message request);

    /// Begins to receive from address `events`; returns once the link is there.
    Result<> subscribe(const amqp::Filters&);
    /// The oldest event message that was not taken yet.
    std::optional<amqp::Message> take_event();

    /// From now on Ctrl-C and SIGTERM end waits instead of the program.
    void catch_interrupts();

    enum class Wake { event, timeout, interrupted, disconnected };
    /// Until there is an event, `until` has come, a signal, or the connection has ended.
    Wake wait(std::optional<Clock::time_point> until);

    [[nodiscard]] bool is_open() const { return !ended_ && client_ && client_->is_open(); }
    /// Why the connection ended.
    [[nodiscard]] Error lost() const;

private:
    explicit Session(Millis deadline);
    /// Runs the loop until `done()`.
    template <class Done>
    void run_until(Done done);

    boost::asio::io_context io_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    boost::asio::steady_timer timer_;
    boost::asio::signal_set signals_;
    Millis deadline_;  ///< of one answer
    std::shared_ptr<amqp::Client> client_;
    std::shared_ptr<amqp::Receiver> receiver_;
    std::deque<amqp::Message> events_;
    std::optional<amqp::Condition> ended_;
    bool interrupted_ = false;
};

}  // namespace cpe::ctl
