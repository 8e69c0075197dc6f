// Measures how late the event loop runs what is due: the health of everything else.
//
// Thread: the loop thread. One timer a second; nothing else.
#pragma once

#include <cpe/log.hpp>
#include <cpe/time.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <chrono>

namespace cpe::host {

class LoopLag {
public:
    /// Lag over it is logged (at most once a minute).
    static constexpr Millis warn_over{100};

    LoopLag(boost::asio::any_io_executor loop, LogSink log);

    void start() { arm(); }
    void stop() { timer_.cancel(); }
    /// The greatest lag seen in the last minute.
    [[nodiscard]] Millis worst() const;

private:
    void arm();
    void sample(Millis lag);

    boost::asio::steady_timer timer_;
    LogSink log_;
    std::array<Millis, 60> samples_{};  // a ring: one a second
    std::size_t next_ = 0;
    std::size_t quiet_ = 0;  // samples until the next warning may be given
};

}  // namespace cpe::host
