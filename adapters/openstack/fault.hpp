// What went wrong with a cloud, as values: what kind, and what the cloud itself says.
//
// Thread: any; values. No message holds a secret: what was sent is never quoted.
#pragma once

#include <cpe/time.hpp>

#include <boost/system/result.hpp>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace cpe::openstack {

enum class FaultKind {
    unreachable,   ///< no connection, it broke off, or TLS does not verify
    timeout,       ///< the deadline passed; whether it was carried out is not known
    credential,    ///< the cloud refuses who we are (a second 401, or Keystone's own)
    forbidden,     ///< a policy says no: 403
    quota,         ///< 403 or 413 for a quota: more is not to be had, trying again is no use
    conflict,      ///< right request at the wrong time: 409
    not_found,     ///< no such thing: 404, or a name that nothing has
    bad_request,   ///< the request is wrong: 400, 406, or a name that several things have
    rate_limited,  ///< 429 or 413, still after the last attempt that fits the deadline
    server_fault,  ///< 5xx, still after the last attempt that fits the deadline
    protocol,      ///< an answer that makes no sense: not JSON, a wrong type, too large
    cancelled,     ///< the Cloud is closed, or the caller's cancellation came
};

constexpr std::string_view name_of(FaultKind kind) {
    constexpr std::string_view names[] = {
        "unreachable", "timeout",     "credential",   "forbidden",    "quota",    "conflict",
        "not found",   "bad request", "rate limited", "server fault", "protocol", "cancelled"};
    return names[static_cast<int>(kind)];
}

struct Fault {
    FaultKind kind = FaultKind::protocol;
    int status = 0;                          ///< HTTP; 0: there was no answer
    std::string message;                     ///< one line; the cloud's own words if any
    std::optional<Millis> retry_after = {};  ///< what the cloud asked for
    friend bool operator==(const Fault&, const Fault&) = default;

    /// For people: "conflict (409): Cannot 'stop' instance ...".
    [[nodiscard]] std::string line() const {
        std::string text(name_of(kind));
        if (status != 0) text += " (" + std::to_string(status) + ")";
        return text + ": " + message;
    }
};

template <class T = void>
using Answer = boost::system::result<T, Fault>;

/// Called by Answer::value() on a fault: taking a value that is not there is a bug.
[[noreturn]] inline void throw_exception_from_error(const Fault& fault,
                                                    const boost::source_location&) {
    throw std::logic_error("unexpected fault: " + fault.line());
}

}  // namespace cpe::openstack
