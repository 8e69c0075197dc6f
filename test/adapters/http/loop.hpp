// Runs a loop until something is so, or a coroutine has its result.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <stdexcept>

namespace cpe::test {

/// Until that is so.
template <class Condition>
void run_until(boost::asio::io_context& loop, Condition condition) {
    loop.restart();
    while (!condition())
        if (loop.run_one() == 0) throw std::logic_error("the loop ran out of work");
}

template <class T>
T run(boost::asio::io_context& loop, boost::asio::awaitable<T> work) {
    std::optional<T> result;
    boost::asio::co_spawn(loop, std::move(work), [&](std::exception_ptr thrown, T value) {
        if (thrown) std::rethrow_exception(thrown);
        result.emplace(std::move(value));
    });
    run_until(loop, [&] { return result.has_value(); });
    return std::move(*result);
}

}  // namespace cpe::test
