#include "src/host/alarm.hpp"

#include <boost/asio/steady_timer.hpp>

#include <utility>

namespace cpe::host {

namespace {

class AsioAlarm final : public Alarm {
public:
    explicit AsioAlarm(const boost::asio::any_io_executor& executor) : timer_(executor) {}
    AsioAlarm(const AsioAlarm&) = delete;
    AsioAlarm& operator=(const AsioAlarm&) = delete;
    ~AsioAlarm() override { cancel(); }

    void set(Millis after, std::function<void()> ring) override {
        timer_.expires_after(after);
        timer_.async_wait([ring = std::move(ring), number = ++*newest_,
                           newest = newest_](const boost::system::error_code& error) {
            if (!error && number == *newest) ring();
        });
    }
    void cancel() override {
        ++*newest_;  // a handler that is queued already can not be cancelled any more
        timer_.cancel();
    }

private:
    boost::asio::steady_timer timer_;
    std::shared_ptr<std::uint64_t> newest_ = std::make_shared<std::uint64_t>(0);
};

}  // namespace

std::unique_ptr<Alarm> asio_alarm(const boost::asio::any_io_executor& executor) {
    return std::make_unique<AsioAlarm>(executor);
}

}  // namespace cpe::host
