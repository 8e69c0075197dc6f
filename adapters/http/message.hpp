// A request, its answer, and why there was none.
//
// Thread: any; values.
#pragma once

#include <boost/system/result.hpp>

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace cpe::http {

constexpr std::size_t max_headers = 64U << 10U;  ///< of an answer, all together
constexpr std::size_t max_body = 8U << 20U;      ///< of an answer, unless the request says less
constexpr std::size_t max_transfers = 1'000;     ///< requests of one client under way at once

struct Header {
    std::string name;
    std::string value;
    friend bool operator==(const Header&, const Header&) = default;
};

/// What it holds is wiped when it is done: it may hold secrets.
struct Request {
    std::string method = "GET";
    std::string url;
    std::vector<Header> headers;
    std::string body;
    std::chrono::steady_clock::time_point deadline;
    std::size_t body_limit = max_body;
    /// Must not reach the server twice. libcurl repeats a request by itself where a connection that
    /// was used before turns out to be dead; so this one gets a fresh connection.
    bool once = false;
};

struct Response {
    int status = 0;
    std::vector<Header> headers;  ///< names in lower case
    std::string body;

    /// The first of that name (in lower case); empty: there is none.
    [[nodiscard]] std::string_view header(std::string_view name) const;
};

enum class FailureKind {
    unreachable,  ///< no name, no connection, or it broke off
    tls,          ///< the server's certificate does not verify, or TLS fails otherwise
    timeout,      ///< the deadline passed
    too_large,    ///< the answer's headers or body are over the limit
    broken,       ///< what answers does not speak HTTP, or the URL makes no sense
    cancelled,    ///< the client was closed, or the caller's cancellation came
};

struct Failure {
    FailureKind kind = FailureKind::broken;
    std::string message;  ///< one line
    bool sent = true;     ///< false: proven that nothing of the request reached the server
    friend bool operator==(const Failure&, const Failure&) = default;
};

template <class T = void>
using Reply = boost::system::result<T, Failure>;

/// Called by Reply::value() on a failure: taking a value that is not there is a bug.
[[noreturn]] inline void throw_exception_from_error(const Failure& failure,
                                                    const boost::source_location&) {
    throw std::logic_error("unexpected failure: " + failure.message);
}

}  // namespace cpe::http
