// Operations of the node itself: GET-TYPES, GET-ATTRIBUTES, GET-OPERATIONS, GET-ANNOTATIONS,
// GET-MGMT-NODES (AMQP Management §3.4).
//
// Thread: any; pure.
#pragma once

#include "src/management/answer.hpp"
#include "src/management/request.hpp"

#include <optional>

namespace cpe::management {

/// Nothing when `request.operation` is none of these.
[[nodiscard]] std::optional<Result<Answer>> node_operation(const Request& request);

}  // namespace cpe::management
