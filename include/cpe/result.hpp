// The one result type that crosses rooms: what failed, where, what to do.
//
// Thread: any; values. Ownership: an Error owns its text. Errors are values where a caller decides;
// exceptions are for bugs and construction.
#pragma once

#include <boost/system/result.hpp>

#include <stdexcept>
#include <string>
#include <utility>

namespace cpe {

/// What kind of failure this is. Each maps to one exit code of cpe-ctl (design.md §9) and one AMQP
/// status code (§10).
enum class Errc {
    invalid_input,  ///< the caller's document, query or argument is wrong: exit 5, 400
    unsupported,    ///< valid, but not supported yet; refused by name: exit 5, 400
    too_large,      ///< over a named limit: exit 5, 400
    not_found,      ///< no such thing: exit 4, 404
    exists,         ///< a thing of that name exists already: exit 1, 409
    not_allowed,    ///< the caller may not: exit 6, 403
    refused,        ///< right request at the wrong time: exit 1, 409
    unavailable,    ///< a peer, provider or file cannot be reached now: exit 1 (3: no connection),
                    ///< 503
    timed_out,      ///< a deadline passed: exit 1, 504
    internal,       ///< our bug or a broken dependency: exit 1, 500
};

struct Error {
    Errc code = Errc::internal;
    std::string what;   ///< what is wrong, one line, no trailing full stop
    std::string where;  ///< "line 12, service 'httpd'", a path, a key; may be empty
    std::string hint;   ///< what would be right or what to do; may be empty

    /// One line for a person: "WHERE: WHAT (HINT)".
    [[nodiscard]] std::string line() const {
        std::string text = where.empty() ? what : where + ": " + what;
        if (!hint.empty()) text += " (" + hint + ")";
        return text;
    }

    friend bool operator==(const Error&, const Error&) = default;
};

template <class T = void>
using Result = boost::system::result<T, Error>;

/// Called by Result::value() on an error: taking a value that is not there is a bug.
[[noreturn]] inline void throw_exception_from_error(const Error& error,
                                                    const boost::source_location&) {
    throw std::logic_error("unexpected error: " + error.line());
}

}  // namespace cpe
