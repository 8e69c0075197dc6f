// At most so many at a time; the others wait in order.
//
// Thread: the loop. Ownership: a Gate outlives its permits and those who wait.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <deque>
#include <memory>
#include <utility>

namespace cpe::local {

class Gate {
public:
    /// Gives its place free when it is dropped.
    class Permit {
    public:
        explicit Permit(Gate* gate) : gate_(gate) {}
        Permit(Permit&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
        Permit& operator=(Permit&&) = delete;
        Permit(const Permit&) = delete;
        Permit& operator=(const Permit&) = delete;
        // NOLINTNEXTLINE(bugprone-exception-escape): cancel() of a waiting steady_timer cannot fail
        ~Permit() {
            if (gate_ != nullptr) gate_->leave();
        }

    private:
        Gate* gate_;
    };

    Gate(boost::asio::any_io_executor executor, std::size_t places)
        : executor_(std::move(executor)), free_(places) {}
    [[nodiscard]] boost::asio::awaitable<Permit> enter();

private:
    void leave();

    boost::asio::any_io_executor executor_;
    std::size_t free_;
    std::deque<std::shared_ptr<boost::asio::steady_timer>> waiting_;
};

}  // namespace cpe::local
