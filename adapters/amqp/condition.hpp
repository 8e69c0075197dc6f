// Why a link or connection was closed, as AMQP says it, and how that maps to our errors.
//
// Thread: any; values.
#pragma once

#include <cpe/result.hpp>

#include <string>

namespace cpe::amqp {

/// An AMQP error condition (AMQP 1.0 §2.8.14). An empty name means an orderly close.
struct Condition {
    std::string name;         ///< "amqp:not-found", "cped:handshake-timeout", ...
    std::string description;  ///< one line for a person

    [[nodiscard]] bool is_error() const { return !name.empty(); }
    friend bool operator==(const Condition&, const Condition&) = default;
};

/// The condition that tells a peer of `error`; its description is error.line().
[[nodiscard]] Condition to_condition(const Error& error);

/// What a peer's condition means to us: amqp:not-found → Errc::not_found, ...; conditions that are
/// not known, and an orderly close, are Errc::unavailable. `where` names the link or connection.
[[nodiscard]] Error to_error(const Condition& condition, std::string where);

}  // namespace cpe::amqp
