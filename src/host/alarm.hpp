// A one-shot timer of the loop, as an interface: the simulator gives one of virtual time.
//
// Thread: the loop thread; it rings there (on the executor it was made for), never from within a
// call. Ownership: destroying an alarm cancels it.
#pragma once

#include <cpe/time.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <memory>

namespace cpe::host {

class Alarm {
public:
    virtual ~Alarm() = default;
    /// Rings once, `after` from now. What was set before does not ring any more.
    virtual void set(Millis after, std::function<void()> ring) = 0;
    virtual void cancel() = 0;
};

using AlarmFactory = std::function<std::unique_ptr<Alarm>(const boost::asio::any_io_executor&)>;

/// One of Asio's steady timers.
std::unique_ptr<Alarm> asio_alarm(const boost::asio::any_io_executor& executor);

}  // namespace cpe::host
