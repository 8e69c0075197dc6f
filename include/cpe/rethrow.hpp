// For boost::asio::co_spawn: what leaves a coroutine by an exception is a bug, and is raised again
// where the loop runs, which says so.
//
// Thread: any.
#pragma once

#include <exception>

namespace cpe {

inline void rethrow(const std::exception_ptr& failed) {
    if (failed) std::rethrow_exception(failed);
}

}  // namespace cpe
