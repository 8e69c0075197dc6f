#include "adapters/agent/fields.hpp"

namespace cpe::agent {

void Fields::fail(Errc code, const char* name, std::string what) {
    if (error_) return;
    error_ = Error{code, std::move(what), where_ + " message, field '" + name + "'", {}};
}

std::string Fields::text(const char* name, std::size_t limit) {
    auto value = optional_text(name, limit);
    if (value.empty()) fail(Errc::invalid_input, name, "must be a string that is not empty");
    return value;
}

std::string Fields::optional_text(const char* name, std::size_t limit) {
    const auto found = amqp::at(map_, name);
    if (found.empty()) return {};
    auto value = amqp::as_string(found);
    if (!value) {
        fail(Errc::invalid_input, name, "must be a string");
        return {};
    }
    if (value->size() > limit) {
        fail(Errc::too_large, name, "is longer than " + std::to_string(limit) + " bytes");
        return {};
    }
    return std::move(*value);
}

std::uint64_t Fields::number(const char* name) {
    const auto value = amqp::as_uint(amqp::at(map_, name));
    if (!value) fail(Errc::invalid_input, name, "must be a number, 0 or more");
    return value.value_or(0);
}

int Fields::small(const char* name) {
    const auto value = amqp::as_int(amqp::at(map_, name));
    if (value && *value >= -1000 && *value <= 1000) return static_cast<int>(*value);
    fail(Errc::invalid_input, name, "must be a number from -1000 to 1000");
    return 0;
}

Millis Fields::millis(const char* name, Millis limit) {
    const auto value = amqp::as_int(amqp::at(map_, name));
    if (value && *value >= 0 && *value <= limit.count()) return Millis{*value};
    fail(Errc::invalid_input, name,
         "must be milliseconds from 0 to " + std::to_string(limit.count()));
    return Millis{0};
}

amqp::List Fields::list(const char* name, std::size_t limit) {
    auto value = amqp::as_list(amqp::at(map_, name));
    if (!value) fail(Errc::invalid_input, name, "must be a list");
    if (!value) return {};
    if (value->size() <= limit) return std::move(*value);
    fail(Errc::too_large, name, "has more than " + std::to_string(limit) + " entries");
    return {};
}

amqp::Map Fields::map(const char* name, std::size_t limit) {
    auto value = amqp::as_map(amqp::at(map_, name));
    if (!value) fail(Errc::invalid_input, name, "must be a map");
    if (!value) return {};
    if (value->size() <= limit) return std::move(*value);
    fail(Errc::too_large, name, "has more than " + std::to_string(limit) + " entries");
    return {};
}

}  // namespace cpe::agent
