// Messages and values: between proton::value and plain C++.
//
// Thread: any; values. A list is a vector of values: Proton encodes std::vector<std::string> as an
// AMQP array, which management tools do not take. Set a body by message.body(value): a temporary
// that is assigned to message.body() is moved there and, in Proton 0.37, not sent.
#pragma once

#include <cpe/result.hpp>

#include <proton/message.hpp>
#include <proton/message_id.hpp>
#include <proton/value.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cpe::amqp {

using Message = proton::message;
using Value = proton::value;
using List = std::vector<Value>;
using Map = std::map<std::string, Value>;

/// Encodable by Proton as an AMQP map or list.
[[nodiscard]] Value to_value(const Map& map);
[[nodiscard]] Value to_value(const List& list);

/// Readers of foreign values: nothing is thrown; nothing, or an empty one, when the value is of
/// another kind.
/// @{
[[nodiscard]] std::optional<Map> as_map(const Value& value);    ///< keys: strings or symbols
[[nodiscard]] std::optional<List> as_list(const Value& value);  ///< a list or an array
[[nodiscard]] std::optional<std::string> as_string(const Value& value);  ///< string or symbol
[[nodiscard]] std::optional<bool> as_bool(const Value& value);
/// Any integer type (and timestamp: its milliseconds) that fits.
[[nodiscard]] std::optional<std::int64_t> as_int(const Value& value);
[[nodiscard]] std::optional<std::uint64_t> as_uint(const Value& value);
[[nodiscard]] std::optional<double> as_double(const Value& value);
/// @}

/// The value at `key`, or a null value.
[[nodiscard]] Value at(const Map& map, std::string_view key);

/// An application property, or a null value.
[[nodiscard]] Value property(const Message& message, const std::string& key);

/// Decodes one whole encoded message; an error when it is no AMQP message or beyond Proton's
/// limits (65,535 values in one section).
[[nodiscard]] Result<Message> decode(const std::vector<char>& bytes);

}  // namespace cpe::amqp
