#include "src/host/loop_lag.hpp"

#include <algorithm>
#include <string>

namespace cpe::host {

namespace {

Millis since(std::chrono::steady_clock::time_point due) {
    return std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - due);
}

}  // namespace

LoopLag::LoopLag(boost::asio::any_io_executor loop, LogSink log)
    : timer_(std::move(loop)), log_(std::move(log)) {}

void LoopLag::arm() {
    timer_.expires_after(std::chrono::seconds(1));
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (error) return;
        sample(std::max(Millis{0}, since(timer_.expiry())));
        arm();
    });
}

void LoopLag::sample(Millis lag) {
    samples_[next_] = lag;
    next_ = (next_ + 1) % samples_.size();
    if (quiet_ > 0) --quiet_;
    if (lag < warn_over || quiet_ > 0) return;
    quiet_ = samples_.size();
    log_(LogLevel::warning, "loop",
         "the event loop lags by " + std::to_string(lag.count()) + " ms");
}

Millis LoopLag::worst() const {
    return *std::max_element(samples_.begin(), samples_.end());
}

}  // namespace cpe::host
