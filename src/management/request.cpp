#include "src/management/request.hpp"

#include <proton/error.hpp>

#include <vector>

namespace cpe::management {
namespace {

Error bad(std::string what, std::string where, std::string hint = "") {
    return {Errc::invalid_input, std::move(what), std::move(where), std::move(hint)};
}

/// A string property; empty when absent.
Result<std::string> text(const amqp::Message& message, const std::string& key) {
    const amqp::Value value = amqp::property(message, key);
    if (value.empty()) return std::string();
    auto string = amqp::as_string(value);
    if (!string) return bad("must be a string", "property '" + key + "'");
    if (string->size() > max_name_bytes) return bad("is too long", "property '" + key + "'");
    return *string;
}

Result<std::optional<std::uint64_t>> number(const amqp::Message& message, const std::string& key) {
    const amqp::Value value = amqp::property(message, key);
    if (value.empty()) return std::optional<std::uint64_t>();
    const auto count = amqp::as_uint(value);
    if (!count) return bad("must be an integer that is not negative", "property '" + key + "'");
    return count;
}

Result<amqp::Map> body_map(const amqp::Message& message) {
    const amqp::Value& body = message.body();
    if (body.empty()) return amqp::Map{};
    auto map = amqp::as_map(body);
    if (!map) return bad("must be a map in an amqp-value section", "request body");
    return *map;
}

std::vector<std::string> split(const std::string& path) {
    std::vector<std::string> parts(1);
    for (const char c : path) {
        if (c == '/') {
            parts.emplace_back();
        } else {
            parts.back().push_back(c);
        }
    }
    return parts;
}

}  // namespace

Error bad_body(const std::string& key, std::string what) {
    return bad(std::move(what), "request body '" + key + "'");
}

Result<std::string> body_text(const amqp::Map& body, const std::string& key, bool required) {
    const amqp::Value value = amqp::at(body, key);
    if (value.empty()) {
        if (required) return bad_body(key, "is missing");
        return std::string();
    }
    auto text = amqp::as_string(value);
    if (!text) return bad_body(key, "must be a string");
    return *text;
}

Result<Request> read_request(const amqp::Message& message) {
    Request request;
    struct Field {
        const char* key;
        std::string& into;
    };
    for (const auto& [key, into] :
         {Field{"operation", request.operation}, Field{"type", request.type},
          Field{"name", request.name}, Field{"identity", request.identity},
          Field{"tenant", request.tenant}, Field{"deployable", request.deployable},
          Field{"entityType", request.entity_type}}) {
        auto value = text(message, key);
        if (!value) return value.error();
        into = std::move(*value);
    }
    if (request.operation.empty()) return bad("is missing", "property 'operation'");
    const auto offset = number(message, "offset");
    if (!offset) return offset.error();
    const auto count = number(message, "count");
    if (!count) return count.error();
    request.offset = *offset;
    request.count = *count;
    auto body = body_map(message);
    if (!body) return body.error();
    request.body = std::move(*body);
    return request;
}

Result<Target> target_of(const Request& request, Named what) {
    const bool by_identity = !request.identity.empty();
    const std::string& path = by_identity ? request.identity : request.name;
    const char* where = by_identity ? "property 'identity'" : "property 'name'";
    const std::string form = std::string("its form is ") + (by_identity ? "tenant/" : "") +
                             (what == Named::deployable ? "deployable" : "deployable/name");
    if (path.empty()) return bad("is missing", where, form);
    auto found = split(path);
    if (!by_identity)
        found.insert(found.begin(), request.tenant.empty() ? default_tenant : request.tenant);
    const std::size_t parts = what == Named::deployable ? 2 : 3;
    const bool with_assembly = what == Named::service && found.size() == parts + 1;
    if (found.size() != parts && !with_assembly)
        return bad("'" + path + "' names no such thing", where, form);
    Target target{{found[0], found[1]}, {}, {}};
    if (what != Named::deployable) target.item = found.back();
    if (with_assembly) target.assembly = found[2];
    return target;
}

Result<std::string> plain_name_of(const Request& request) {
    const std::string& name = request.identity.empty() ? request.name : request.identity;
    if (name.empty()) return bad("is missing", "property 'name'");
    return name;
}

}  // namespace cpe::management
