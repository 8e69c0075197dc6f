// Runs a coroutine on a loop until it has its result.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <stdexcept>

namespace cpe::test {

template <class T>
T run(boost::asio::io_context& loop, boost::asio::awaitable<T> work) {
    std::optional<T> result;
    boost::asio::co_spawn(loop, std::move(work), [&](std::exception_ptr thrown, T value) {
        if (thrown) std::rethrow_exception(thrown);
        result.emplace(std::move(value));
    });
    loop.restart();
    while (!result && loop.run_one() > 0) {
    }
    if (!result) throw std::logic_error("the loop ran out of work");
    return std::move(*result);
}

}  // namespace cpe::test
