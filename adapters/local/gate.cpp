#include "adapters/local/gate.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace cpe::local {

namespace asio = boost::asio;

asio::awaitable<Gate::Permit> Gate::enter() {
    if (free_ > 0) {
        --free_;
        co_return Permit(this);
    }
    auto turn = std::make_shared<asio::steady_timer>(executor_);
    turn->expires_at(asio::steady_timer::time_point::max());
    waiting_.push_back(turn);
    boost::system::error_code cancelled;
    co_await turn->async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    co_return Permit(this);  // the place was handed over by leave()
}

void Gate::leave() {
    if (waiting_.empty()) {
        ++free_;
        return;
    }
    const auto next = std::move(waiting_.front());
    waiting_.pop_front();
    next->cancel();
}

}  // namespace cpe::local
