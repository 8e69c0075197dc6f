#include "adapters/amqp/message.hpp"

#include "adapters/amqp/encoding.hpp"

#include <proton/codec/list.hpp>
#include <proton/codec/map.hpp>
#include <proton/codec/vector.hpp>
#include <proton/error.hpp>
#include <proton/timestamp.hpp>
#include <proton/types.hpp>

#include <limits>
#include <utility>

namespace cpe::amqp {
namespace {

/// proton::coerce throws on what does not fit: foreign values are not bugs.
template <class T>
std::optional<T> coerced(const Value& value) {
    try {
        return proton::coerce<T>(value);
    } catch (const proton::error&) {
        return std::nullopt;
    }
}

bool is_integer(proton::type_id type) {
    switch (type) {
        case proton::UBYTE:
        case proton::BYTE:
        case proton::USHORT:
        case proton::SHORT:
        case proton::UINT:
        case proton::INT:
        case proton::ULONG:
        case proton::LONG: return true;
        default: return false;
    }
}

}  // namespace

Value to_value(const Map& map) {
    Value value;
    value = map;
    return value;
}

Value to_value(const List& list) {
    Value value;
    proton::codec::encoder encoder(value);
    encoder << proton::codec::encoder::list(list);
    return value;
}

std::optional<Map> as_map(const Value& value) {
    if (value.type() != proton::MAP) return std::nullopt;
    return coerced<Map>(value);
}

std::optional<List> as_list(const Value& value) {
    if (value.type() != proton::LIST && value.type() != proton::ARRAY) return std::nullopt;
    return coerced<List>(value);
}

std::optional<std::string> as_string(const Value& value) {
    if (value.type() != proton::STRING && value.type() != proton::SYMBOL) return std::nullopt;
    return coerced<std::string>(value);
}

std::optional<bool> as_bool(const Value& value) {
    if (value.type() != proton::BOOLEAN) return std::nullopt;
    return coerced<bool>(value);
}

std::optional<std::int64_t> as_int(const Value& value) {
    if (value.type() == proton::TIMESTAMP)
        return proton::get<proton::timestamp>(value).milliseconds();
    if (!is_integer(value.type())) return std::nullopt;
    const auto number = coerced<std::int64_t>(value);
    if (value.type() == proton::ULONG && number && *number < 0) return std::nullopt;
    return number;
}

std::optional<std::uint64_t> as_uint(const Value& value) {
    if (value.type() == proton::ULONG) return coerced<std::uint64_t>(value);
    const auto number = as_int(value);
    if (!number || *number < 0) return std::nullopt;
    return static_cast<std::uint64_t>(*number);
}

std::optional<double> as_double(const Value& value) {
    if (value.type() == proton::DOUBLE || value.type() == proton::FLOAT)
        return coerced<double>(value);
    return std::nullopt;
}

Value at(const Map& map, std::string_view key) {
    const auto found = map.find(std::string(key));
    return found == map.end() ? Value{} : found->second;
}

Value property(const Message& message, const std::string& key) {
    try {  // the map is decoded when first looked at
        if (!message.properties().exists(key)) return {};
        return Value(message.properties().get(key));
    } catch (const proton::error&) {
        return {};
    }
}

Result<Message> decode(const std::vector<char>& bytes) {
    const Error malformed{Errc::invalid_input, "not an AMQP 1.0 message", "", ""};
    // Proton 0.37 decodes nested values recursively and without a bound.
    if (bytes.empty() || !is_value_sequence(bytes)) return malformed;
    try {
        Message message;
        message.decode(bytes);
        return message;
    } catch (const proton::error&) {
        return malformed;
    }
}

}  // namespace cpe::amqp
