// The answer to one management request, and how our errors become status codes.
//
// Thread: any; values. Source: OASIS AMQP Management 1.0 (working draft) §3.2, design.md §10.
#pragma once

#include "adapters/amqp/message.hpp"

#include <cpe/result.hpp>

#include <cstdint>
#include <string>

namespace cpe::management {

struct Answer {
    std::int32_t status = 200;
    std::string description = "OK";
    amqp::Value body;
    amqp::Map properties;  ///< further application properties, such as `count`
};

/// statusCode of an error: 400, 403, 404, 409, 500, 503 or 504.
[[nodiscard]] std::int32_t status_of(Errc code);

/// errno of an error, for the operations of 2011; never 0.
[[nodiscard]] std::uint32_t errno_of(Errc code);

/// statusDescription is error.line(); the body is null.
[[nodiscard]] Answer error_answer(const Error& error);

[[nodiscard]] Answer ok_answer(const amqp::Map& body, std::int32_t status = 200);

/// 501: an operation that the type does not have.
[[nodiscard]] Answer not_implemented(const std::string& operation, const std::string& type);

}  // namespace cpe::management
