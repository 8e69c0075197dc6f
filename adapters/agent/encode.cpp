#include "adapters/agent/codec.hpp"
#include "adapters/agent/names.hpp"

namespace cpe::agent {

namespace {

using amqp::List;
using amqp::Map;
using amqp::Message;

Message message_of(const char* kind, const Map& body) {
    Message message;
    message.subject(kind);
    message.body(amqp::to_value(body));
    return message;
}

std::string cut(const std::string& text, std::size_t limit) {
    return text.substr(0, limit);
}

void put_result(Map& body, const OperationResult& result) {
    body["id"] = result.id.value;
    body["outcome"] = name_of(outcome_names, result.outcome);
    body["rc"] = std::int32_t{result.rc};
    body["exit_reason"] = cut(result.exit_reason, max_exit_reason);
    body["output"] = cut(result.output, max_metadata);
    body["duration_ms"] = std::int64_t{result.duration.count()};
}

struct Encoder {
    Message operator()(const Hello& hello) const {
        List monitors;
        List operations;
        for (const auto& row : hello.guest.monitors)
            monitors.push_back(
                amqp::to_value(Map{{"resource", row.resource},
                                   {"interval_ms", std::int64_t{row.interval.count()}},
                                   {"digest", row.digest},
                                   {"last_rc", std::int32_t{row.last_rc}}}));
        for (const auto id : hello.guest.operations) operations.emplace_back(id.value);
        return message_of("hello", {{"protocol", hello.protocol},
                                    {"boot_id", hello.guest.boot_id},
                                    {"agent_id", hello.guest.agent_id},
                                    {"hostname", hello.guest.hostname},
                                    {"monitors", amqp::to_value(monitors)},
                                    {"operations", amqp::to_value(operations)}});
    }
    Message operator()(const Heartbeat& beat) const {
        return message_of("heartbeat", {{"monitors_hash", beat.monitors_hash},
                                        {"overdue_ms", std::int64_t{beat.oldest_overdue.count()}}});
    }
    Message operator()(const Finished& finished) const {
        Map body{{"sequence", finished.sequence}};
        put_result(body, finished.result);
        return message_of("result", body);
    }
    Message operator()(const Reported& reported) const {
        Map body{{"sequence", reported.sequence},
                 {"resource", reported.report.resource},
                 {"interval_ms", std::int64_t{reported.report.interval.count()}}};
        put_result(body, reported.report.result);
        return message_of("report", body);
    }
    Message operator()(const Welcome& welcome) const {
        return message_of("welcome", {{"protocol", welcome.protocol},
                                      {"heartbeat_ms", std::int64_t{welcome.heartbeat.count()}},
                                      {"acknowledged", welcome.acknowledged}});
    }
    Message operator()(const Refused& refused) const {
        return message_of("refused", {{"reason", cut(refused.reason, max_exit_reason)}});
    }
    Message operator()(const Perform& perform) const {
        const auto& request = perform.request;
        List parameters;  // a list of pairs: their order is kept
        for (const auto& [name, value] : request.parameters)
            parameters.push_back(amqp::to_value(List{name, value}));
        return message_of("operation", {{"id", request.id.value},
                                        {"resource", request.resource},
                                        {"class", name_of(class_names, request.agent_class)},
                                        {"provider", request.provider},
                                        {"type", request.type},
                                        {"operation", request.operation},
                                        {"interval_ms", std::int64_t{request.interval.count()}},
                                        {"timeout_ms", std::int64_t{request.timeout.count()}},
                                        {"digest", request.digest},
                                        {"parameters", amqp::to_value(parameters)},
                                        {"expected_rc", std::int32_t{request.expected_rc}}});
    }
    Message operator()(const CancelMonitor& cancel) const {
        return message_of("cancel_monitor",
                          {{"resource", cancel.resource},
                           {"interval_ms", std::int64_t{cancel.interval.count()}}});
    }
    Message operator()(const Acknowledge& acknowledge) const {
        return message_of("acknowledge", {{"sequence", acknowledge.sequence}});
    }
};

}  // namespace

Message encode(const FromGuest& message) {
    return std::visit(Encoder{}, message);
}
Message encode(const ToGuest& message) {
    return std::visit(Encoder{}, message);
}

}  // namespace cpe::agent
