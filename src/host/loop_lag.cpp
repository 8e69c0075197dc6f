#include "src/host/loop_lag.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace cpe::host {

LoopLag::LoopLag(std::unique_ptr<Alarm> alarm, const Clock& clock, LogSink log,
                 StoodStill stood_still)
    : alarm_(std::move(alarm)),
      clock_(clock),
      log_(std::move(log)),
      stood_still_(std::move(stood_still)) {}

void LoopLag::start() {
    due_ = clock_.now().mono + period;
    alarm_->set(period, [this] { sample(); });
}

void LoopLag::stop() {
    due_ = MonoTime::max();
    alarm_->cancel();
}

void LoopLag::check() {
    if (clock_.now().mono - still_over > due_) sample();
}

void LoopLag::sample() {
    const Millis lag = std::max(Millis{0}, clock_.now().mono - due_);
    note(lag);
    if (lag > still_over && stood_still_) stood_still_(lag);
    start();
}

void LoopLag::note(Millis lag) {
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
