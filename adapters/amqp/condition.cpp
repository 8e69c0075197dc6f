#include "adapters/amqp/condition.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace cpe::amqp {
namespace {

struct Pair {
    std::string_view name;
    Errc code;
};

/// Read both ways: the first of a code is what we say, each name is understood.
constexpr std::array<Pair, 16> table = {{
    {"amqp:invalid-field", Errc::invalid_input},
    {"amqp:decode-error", Errc::invalid_input},
    {"amqp:not-implemented", Errc::unsupported},
    {"amqp:link:message-size-exceeded", Errc::too_large},
    {"amqp:resource-limit-exceeded", Errc::too_large},
    {"amqp:not-found", Errc::not_found},
    {"amqp:resource-locked", Errc::exists},
    {"amqp:unauthorized-access", Errc::not_allowed},
    {"amqp:not-allowed", Errc::not_allowed},
    {"amqp:precondition-failed", Errc::refused},
    {"amqp:illegal-state", Errc::refused},
    {"cped:unavailable", Errc::unavailable},
    {"cped:disconnected", Errc::unavailable},
    {"cped:timed-out", Errc::timed_out},
    {"cped:handshake-timeout", Errc::timed_out},
    {"amqp:internal-error", Errc::internal},
}};

}  // namespace

Condition to_condition(const Error& error) {
    for (const auto& [name, code] : table)
        if (code == error.code) return {std::string(name), error.line()};
    return {"amqp:internal-error", error.line()};
}

Error to_error(const Condition& condition, std::string where) {
    Errc code = Errc::unavailable;
    for (const auto& [name, known] : table)
        if (name == condition.name) code = known;
    std::string what = condition.description;
    if (what.empty()) what = condition.is_error() ? condition.name : "closed by the peer";
    return {code, std::move(what), std::move(where), ""};
}

}  // namespace cpe::amqp
