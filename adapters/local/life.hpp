// One life of a sandbox: from its init's birth to the moment when it and everything in it is dead.
//
// The kernel makes a pidfd readable only after the init of a pid namespace has killed and reaped
// everything inside, so its readability is the proof that fencing needs.
//
// Thread: the loop. Ownership: shared by its watcher and whoever waits for its end.
#pragma once

#include "adapters/local/record.hpp"

#include <cpe/time.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <string>

namespace cpe::local {

class Life {
public:
    /// Errc::not_found when there is no such process (any more).
    [[nodiscard]] static Result<std::shared_ptr<Life>> of(
        const boost::asio::any_io_executor& executor, pid_t pid);
    Life(const boost::asio::any_io_executor& executor, int pidfd);

    /// Comes back once it is dead (true), or when closed. One caller.
    [[nodiscard]] boost::asio::awaitable<bool> watch();
    /// One caller at a time, while another one watches: true once it is dead, false after `limit`.
    [[nodiscard]] boost::asio::awaitable<bool> wait_end(Millis limit);
    void signal(int number);
    void close();

    [[nodiscard]] bool ended() const { return ended_; }
    /// Why, once it has ended; empty where only an earlier cped could know.
    [[nodiscard]] const std::string& reason() const { return reason_; }

    Record record;
    bool commanded = false;  ///< its end is wanted: nobody is told of it as of a failure

private:
    boost::asio::posix::stream_descriptor pidfd_;
    boost::asio::steady_timer end_;  ///< of a wait; cancelled at the end of the life
    bool ended_ = false;
    std::string reason_;
};

}  // namespace cpe::local
