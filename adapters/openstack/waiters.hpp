// Coroutines that wait for something that another one brings about, each until its own deadline.
//
// Thread: the loop. Ownership: waiters stand in their coroutine's frame; they may outlive nothing
// but wake_all() itself.
#pragma once

#include "adapters/openstack/fault.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <memory>
#include <set>

namespace cpe::openstack {

using TimePoint = std::chrono::steady_clock::time_point;

class Waiters {
public:
    void wake_all() {
        for (auto* timer : *waiting_) timer->cancel();
    }

    /// Until woken, or until then. False: the caller was cancelled, and must end.
    [[nodiscard]] boost::asio::awaitable<bool> wait_until(TimePoint then) {
        boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, then);
        const Entry entry(waiting_, timer);
        boost::system::error_code woken;
        co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
        const auto state = co_await boost::asio::this_coro::cancellation_state;
        co_return state.cancelled() == boost::asio::cancellation_type::none;
    }

private:
    using Timers = std::set<boost::asio::steady_timer*>;

    class Entry {
    public:
        Entry(std::shared_ptr<Timers> timers, boost::asio::steady_timer& timer)
            : timers_(std::move(timers)), timer_(&timer) {
            timers_->insert(timer_);
        }
        ~Entry() { timers_->erase(timer_); }
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;

    private:
        std::shared_ptr<Timers> timers_;
        boost::asio::steady_timer* timer_;
    };

    std::shared_ptr<Timers> waiting_ = std::make_shared<Timers>();
};

}  // namespace cpe::openstack
