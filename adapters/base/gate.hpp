// At most so many at a time; the others wait, those in a hurry before those who only look.
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

namespace cpe::base {

enum class Urgency { now, when_idle };

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

    explicit Gate(boost::asio::any_io_executor executor, std::size_t places = 1)
        : executor_(std::move(executor)), places_(places) {}
    [[nodiscard]] boost::asio::awaitable<Permit> enter(Urgency urgency = Urgency::now);
    /// From now on.
    void set_places(std::size_t places) { places_ = places; }

private:
    using Queue = std::deque<std::shared_ptr<boost::asio::steady_timer>>;
    void leave();
    void let_in();

    boost::asio::any_io_executor executor_;
    std::size_t places_;
    std::size_t inside_ = 0;
    Queue hurried_, patient_;
};

}  // namespace cpe::base
