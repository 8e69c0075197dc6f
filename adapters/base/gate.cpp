#include "adapters/base/gate.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace cpe::base {

namespace asio = boost::asio;

asio::awaitable<Gate::Permit> Gate::enter(Urgency urgency) {
    auto turn = std::make_shared<asio::steady_timer>(executor_);
    turn->expires_at(asio::steady_timer::time_point::max());
    auto& queue = urgency == Urgency::now ? hurried_ : patient_;
    if (inside_ < places_ && hurried_.empty()) {
        ++inside_;
        co_return Permit(this);
    }
    queue.push_back(turn);
    boost::system::error_code cancelled;
    co_await turn->async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    co_return Permit(this);  // let_in() counted it
}

void Gate::leave() {
    --inside_;
    let_in();
}

void Gate::let_in() {
    while (inside_ < places_ && !(hurried_.empty() && patient_.empty())) {
        auto& queue = hurried_.empty() ? patient_ : hurried_;
        const auto next = std::move(queue.front());
        queue.pop_front();
        ++inside_;
        next->cancel();
    }
}

}  // namespace cpe::base
