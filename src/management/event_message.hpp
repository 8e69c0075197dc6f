// An event of the log as an AMQP message (design.md §10, §11).
//
// Thread: any; pure.
#pragma once

#include "adapters/amqp/message.hpp"

#include <cpe/records.hpp>

#include <string>

namespace cpe::management {

/// Subject: the kind. Application properties `tenant`, `deployable`, `kind`. Body: a map with the
/// columns of `events`; what is empty is null, `detail` a map.
[[nodiscard]] amqp::Message event_message(const StoredEvent& event);

/// A JSON text as an AMQP value: objects become maps, arrays lists. Text that is no JSON, or nested
/// or large beyond what is reasonable for a detail, stays a string.
[[nodiscard]] amqp::Value value_of_json(const std::string& json);

}  // namespace cpe::management
