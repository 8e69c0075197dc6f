#include "src/management/event_message.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <proton/timestamp.hpp>

namespace cpe::management {
namespace {

using amqp::List;
using amqp::Map;
using amqp::to_value;
using amqp::Value;

constexpr std::size_t max_json_depth = 16;
constexpr std::size_t max_json_bytes = 64 * 1024;  // well below Proton's 65,535 values

Value text(const std::string& chars) {
    return chars.empty() ? Value{} : Value(chars);
}

// Depth is bounded by the parser: max_json_depth.
Value convert(const boost::json::value& json) {  // NOLINT(misc-no-recursion)
    switch (json.kind()) {
        case boost::json::kind::null: return {};
        case boost::json::kind::bool_: return json.get_bool();
        case boost::json::kind::int64: return std::int64_t{json.get_int64()};
        case boost::json::kind::uint64: return std::uint64_t{json.get_uint64()};
        case boost::json::kind::double_: return json.get_double();
        case boost::json::kind::string: return std::string(json.get_string());
        case boost::json::kind::array: {
            List list;
            for (const auto& element : json.get_array()) list.push_back(convert(element));
            return to_value(list);
        }
        case boost::json::kind::object: {
            Map map;
            for (const auto& [key, element] : json.get_object())
                map[std::string(key)] = convert(element);
            return to_value(map);
        }
    }
    return {};
}

}  // namespace

Value value_of_json(const std::string& json) {
    if (json.empty()) return {};
    if (json.size() > max_json_bytes) return json;
    boost::json::parse_options options;
    options.max_depth = max_json_depth;
    boost::json::error_code error;
    const auto parsed = boost::json::parse(json, error, {}, options);
    return error ? Value(json) : convert(parsed);
}

amqp::Message event_message(const StoredEvent& event) {
    const EventRecord& record = event.event;
    Map body;
    body["id"] = std::uint64_t{event.id.value};
    body["at"] = proton::timestamp(record.at.ms);
    body["tenant"] = event.key.tenant;
    body["deployable"] = text(event.key.name);
    body["assembly"] = text(record.assembly);
    body["service"] = text(record.service);
    body["kind"] = record.kind;
    body["state"] = text(record.state);
    body["reason"] = text(record.reason);
    body["transition"] = record.transition ? Value(record.transition.value) : Value{};
    body["detail"] = value_of_json(record.detail);

    amqp::Message message;
    message.id(std::to_string(event.id.value));
    message.subject(record.kind);
    message.properties().put("tenant", event.key.tenant);
    message.properties().put("deployable", event.key.name);
    message.properties().put("kind", record.kind);
    message.body(to_value(body));
    return message;
}

}  // namespace cpe::management
