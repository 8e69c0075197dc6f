// An event loop that a test drives until what it waits for has happened.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <functional>
#include <stdexcept>

namespace cpe::test {

class Loop {
public:
    boost::asio::io_context& context() { return context_; }
    auto executor() { return context_.get_executor(); }

    /// Runs handlers until `done`; throws after a minute, which is a failure and not a timing.
    void until(const std::function<bool()>& done) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
        while (!done()) {
            if (std::chrono::steady_clock::now() > deadline)
                throw std::runtime_error("what the test waits for did not happen");
            context_.restart();
            context_.run_one_for(std::chrono::seconds(1));
        }
    }
    /// Runs what is ready now.
    void drain() {
        context_.restart();
        context_.poll();
    }

private:
    boost::asio::io_context context_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
        context_.get_executor()};
};

}  // namespace cpe::test
