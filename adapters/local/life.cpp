#include "adapters/local/life.hpp"

#include "adapters/local/posix.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace cpe::local {

namespace asio = boost::asio;

Result<std::shared_ptr<Life>> Life::of(const asio::any_io_executor& executor, pid_t pid) {
    Fd pidfd = open_pidfd(pid);
    if (!pidfd) return Error{Errc::not_found, "no process " + std::to_string(pid), "", ""};
    auto life = std::make_shared<Life>(executor, pidfd.release());
    life->record.pid = pid;
    return life;
}

Life::Life(const asio::any_io_executor& executor, int pidfd)
    : pidfd_(executor, pidfd), end_(executor) {}

asio::awaitable<bool> Life::watch() {
    // Asio may wake who waits for a descriptor whose number was another's a moment ago.
    do {
        boost::system::error_code failed;
        co_await pidfd_.async_wait(asio::posix::stream_descriptor::wait_read,
                                   asio::redirect_error(asio::use_awaitable, failed));
        if (failed || !pidfd_.is_open()) co_return false;
    } while (!has_ended(pidfd_.native_handle()));
    const Fd pidfd(pidfd_.release());
    reason_ = reap(pidfd);
    ended_ = true;
    end_.cancel();
    co_return true;
}

asio::awaitable<bool> Life::wait_end(Millis limit) {
    if (ended_ || !pidfd_.is_open()) co_return ended_;
    end_.expires_after(limit);
    boost::system::error_code ignored;
    co_await end_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    co_return ended_;
}

void Life::signal(int number) {
    if (pidfd_.is_open()) send_signal(pidfd_.native_handle(), number);
}

void Life::close() {
    boost::system::error_code ignored;
    if (pidfd_.is_open()) pidfd_.close(ignored);
    end_.cancel();
}

}  // namespace cpe::local
