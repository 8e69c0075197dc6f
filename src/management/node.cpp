#include "src/management/node.hpp"

#include "src/management/types.hpp"

#include <functional>

namespace cpe::management {
namespace {

using amqp::List;
using amqp::Map;
using amqp::to_value;
using amqp::Value;

List strings(const std::vector<std::string_view>& from) {
    List list;
    for (const auto& text : from) list.emplace_back(std::string(text));
    return list;
}

Value operations(const TypeEntry& type) {
    Map map;
    for (const auto& operation : type.operations)
        map[std::string(operation.name)] = to_value(strings(operation.arguments));
    return to_value(map);
}

/// A map with an entry for each type, or for the one that is asked for.
Result<Answer> by_type(const Request& request, const std::function<Value(const TypeEntry&)>& of) {
    if (!request.entity_type.empty() && !find_type(request.entity_type))
        return Error{Errc::not_found, "no such type", "'" + request.entity_type + "'",
                     "GET-TYPES lists them"};
    Map map;
    for (const auto& type : entity_types())
        if (request.entity_type.empty() || request.entity_type == type.name)
            map[std::string(type.name)] = of(type);
    return ok_answer(map);
}

}  // namespace

std::optional<Result<Answer>> node_operation(const Request& request) {
    const Value none = to_value(List{});
    if (request.operation == "GET-TYPES" || request.operation == "GET-ANNOTATIONS")
        return by_type(request, [&](const TypeEntry&) { return none; });
    if (request.operation == "GET-ATTRIBUTES")
        return by_type(request,
                       [](const TypeEntry& type) { return to_value(strings(type.attributes)); });
    if (request.operation == "GET-OPERATIONS") return by_type(request, operations);
    if (request.operation == "GET-MGMT-NODES")
        return Answer{200, "OK", to_value(strings({node_address})), {}};
    return std::nullopt;
}

}  // namespace cpe::management
