#include "adapters/agent/codec.hpp"
#include "adapters/agent/fields.hpp"
#include "adapters/agent/names.hpp"

namespace cpe::agent {

namespace {

using amqp::Map;
using amqp::Message;

template <class Table>
auto value_of(const Table& table, Fields& fields, const char* field) {
    const auto text = fields.text(field, max_name);
    for (const auto& [value, name] : table)
        if (name == text) return value;
    fields.fail(Errc::invalid_input, field, "'" + text + "' is not known");
    return table.front().first;
}

OperationResult get_result(Fields& fields) {
    OperationResult result;
    result.id = OperationId{fields.number("id")};
    result.outcome = value_of(outcome_names, fields, "outcome");
    result.rc = fields.small("rc");
    result.exit_reason = fields.optional_text("exit_reason", max_exit_reason);
    result.output = fields.optional_text("output", max_metadata);
    result.duration = fields.millis("duration_ms", Millis::max());
    return result;
}

template <class Variant, class T>
Result<Variant> checked(const Fields& fields, T message) {
    if (fields.error()) return *fields.error();
    return Variant(std::move(message));
}

MonitorEntry get_monitor(const amqp::Value& value, Fields& outer) {
    const auto map = amqp::as_map(value);
    if (!map) {
        outer.fail(Errc::invalid_input, "monitors", "must be a list of maps");
        return {};
    }
    Fields fields(*map, "hello");
    MonitorEntry row;
    row.resource = fields.text("resource", max_name);
    row.interval = fields.millis("interval_ms", max_interval);
    row.digest = fields.optional_text("digest", max_digest);
    row.last_rc = fields.small("last_rc");
    if (fields.error()) outer.fail(fields.error()->code, "monitors", fields.error()->line());
    return row;
}

Result<FromGuest> get_hello(Fields& fields) {
    Hello hello;
    hello.protocol = fields.number("protocol");
    hello.guest.boot_id = fields.text("boot_id", max_name);
    hello.guest.agent_id = fields.text("agent_id", max_name);
    hello.guest.hostname = fields.optional_text("hostname", max_name);
    for (const auto& value : fields.list("monitors", max_rows))
        hello.guest.monitors.push_back(get_monitor(value, fields));
    for (const auto& value : fields.list("operations", max_rows)) {
        const auto id = amqp::as_uint(value);
        if (!id) fields.fail(Errc::invalid_input, "operations", "must be a list of numbers");
        hello.guest.operations.push_back(OperationId{id.value_or(0)});
    }
    return checked<FromGuest>(fields, std::move(hello));
}

Result<FromGuest> get_report(Fields& fields) {
    Reported reported;
    reported.sequence = fields.number("sequence");
    reported.report.resource = fields.text("resource", max_name);
    reported.report.interval = fields.millis("interval_ms", max_interval);
    reported.report.result = get_result(fields);
    return checked<FromGuest>(fields, std::move(reported));
}

void get_parameters(Fields& fields, OperationRequest& request) {
    for (const auto& value : fields.list("parameters", max_parameters)) {
        const auto pair = amqp::as_list(value);
        const auto name = pair && pair->size() == 2 ? amqp::as_string(pair->at(0)) : std::nullopt;
        const auto text = name ? amqp::as_string(pair->at(1)) : std::nullopt;
        if (!text)
            return fields.fail(Errc::invalid_input, "parameters", "must be pairs of strings");
        if (name->size() > max_name || text->size() > max_parameter)
            return fields.fail(Errc::too_large, "parameters",
                               "'" + name->substr(0, 64) + "' is too long");
        request.parameters.emplace_back(*name, *text);
    }
}

Result<ToGuest> get_operation(Fields& fields) {
    OperationRequest request;
    request.id = OperationId{fields.number("id")};
    if (!request.id) fields.fail(Errc::invalid_input, "id", "must not be 0");
    request.resource = fields.text("resource", max_name);
    request.agent_class = value_of(class_names, fields, "class");
    request.provider = fields.optional_text("provider", max_name);
    request.type = fields.text("type", max_name);
    request.operation = fields.text("operation", max_name);
    request.interval = fields.millis("interval_ms", max_interval);
    request.timeout = fields.millis("timeout_ms", max_timeout);
    request.digest = fields.optional_text("digest", max_digest);
    get_parameters(fields, request);
    request.expected_rc = fields.small("expected_rc");
    return checked<ToGuest>(fields, Perform{std::move(request)});
}

struct Incoming {
    std::string kind;
    Map body;
};

Result<Incoming> open(const Message& message) {
    Incoming incoming;
    try {  // an undecodable section throws on access
        incoming.kind = message.subject();
        auto body = amqp::as_map(message.body());
        if (!body) return Error{Errc::invalid_input, "its body is not a map", "agent message", {}};
        incoming.body = std::move(*body);
    } catch (const std::exception& e) {
        return Error{Errc::invalid_input, e.what(), "agent message", {}};
    }
    return incoming;
}

Error unknown_kind(const std::string& kind) {
    return {Errc::invalid_input, "unknown kind '" + kind.substr(0, 32) + "'", "agent message", {}};
}

}  // namespace

Result<FromGuest> decode_from_guest(const Message& message) {
    const auto incoming = open(message);
    if (!incoming) return incoming.error();
    const auto& kind = incoming->kind;
    Fields fields(incoming->body, kind);
    if (kind == "hello") return get_hello(fields);
    if (kind == "report") return get_report(fields);
    if (kind == "heartbeat") {
        const Heartbeat beat{fields.number("monitors_hash"),
                             fields.millis("overdue_ms", Millis::max())};
        return checked<FromGuest>(fields, beat);
    }
    if (kind == "result") {
        const auto sequence = fields.number("sequence");
        return checked<FromGuest>(fields, Finished{sequence, get_result(fields)});
    }
    return unknown_kind(kind);
}

Result<ToGuest> decode_to_guest(const Message& message) {
    const auto incoming = open(message);
    if (!incoming) return incoming.error();
    const auto& kind = incoming->kind;
    Fields fields(incoming->body, kind);
    if (kind == "operation") return get_operation(fields);
    if (kind == "acknowledge")
        return checked<ToGuest>(fields, Acknowledge{fields.number("sequence")});
    if (kind == "cancel_monitor") {
        auto resource = fields.text("resource", max_name);
        const auto interval = fields.millis("interval_ms", max_interval);
        return checked<ToGuest>(fields, CancelMonitor{std::move(resource), interval});
    }
    if (kind == "refused")
        return checked<ToGuest>(fields, Refused{fields.optional_text("reason", max_exit_reason)});
    if (kind == "welcome") {
        Welcome welcome;
        welcome.protocol = fields.number("protocol");
        welcome.heartbeat = fields.millis("heartbeat_ms", Millis{3'600'000});
        welcome.acknowledged = fields.number("acknowledged");
        return checked<ToGuest>(fields, welcome);
    }
    return unknown_kind(kind);
}

}  // namespace cpe::agent
