// Lets a guest that misbehaves fill no log: the first lines of each period, then their number.
//
// Thread: the loop.
#pragma once

#include <cpe/log.hpp>
#include <cpe/time.hpp>

#include <string>

namespace cpe::agent {

class LogLimiter {
public:
    static constexpr unsigned lines_per_period = 5;
    static constexpr Millis period{10'000};

    LogLimiter(LogSink sink, std::string component)
        : sink_(std::move(sink)), component_(std::move(component)) {}

    void write(LogLevel level, std::string_view message, MonoTime now) {
        if (!sink_) return;
        if (lines_ == 0 || now - began_ >= period) start_period(now);
        if (lines_++ < lines_per_period) sink_(level, component_, message);
    }

private:
    void start_period(MonoTime now) {
        if (lines_ > lines_per_period)
            sink_(LogLevel::warning, component_,
                  std::to_string(lines_ - lines_per_period) + " more such lines were left out");
        began_ = now;
        lines_ = 0;
    }

    LogSink sink_;
    std::string component_;
    MonoTime began_;
    std::uint64_t lines_ = 0;
};

}  // namespace cpe::agent
