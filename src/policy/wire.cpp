#include "src/policy/wire.hpp"

#include "src/policy/archive.hpp"

#include <utility>

namespace cpe::policy_runner {
namespace {

// One description of each type serves writing and reading: `Archive` is Writer or Reader.

template <class Archive>
void visit(Archive& io, Millis& value) {
    std::int64_t count = value.count();
    io(count);
    value = Millis{count};
}

template <class Archive>
void visit(Archive& io, HelperRequest& it) {
    io(it.name, it.cib, it.now.ms, it.validate);
    bool has_fault = it.fault.has_value();
    io(has_fault);
    if (!has_fault) return;
    if (!it.fault) it.fault.emplace();
    io(*it.fault);
}

template <class Archive>
void visit(Archive& io, LogLine& it) {
    io(it.level, it.component, it.message);
}

template <class Archive>
void visit(Archive& io, Error& it) {
    io(it.code, it.what, it.where, it.hint);
}

template <class Archive>
void visit(Archive& io, GraphAction& it) {
    io(it.id, it.kind, it.operation, it.operation_key, it.node, it.node_uuid, it.resource,
       it.long_id, it.agent_class, it.agent_provider, it.agent_type, it.target_rc,
       it.target_rc_given, it.digest, it.parameters, it.meta);
    visit(io, it.interval);
    visit(io, it.timeout);
}

template <class Archive>
void visit(Archive& io, Synapse& it) {
    io(it.id, it.priority, it.inputs);
    io.each(it.actions, [&](GraphAction& action) { visit(io, action); });
}

template <class Archive>
void visit(Archive& io, policy::SimulationRequest& it) {
    io(it.cib, it.now, it.clock.ms, it.return_cib);
}

template <class Archive>
void visit(Archive& io, policy::Change& it) {
    io(it.what, it.subject, it.where, it.why, it.blocked);
}

template <class Archive>
void visit(Archive& io, TransitionGraph& graph) {
    io(graph.batch_limit, graph.failed_start_is_fatal);
    visit(io, graph.cluster_delay);
    visit(io, graph.stonith_timeout);
    io.each(graph.synapses, [&](Synapse& synapse) { visit(io, synapse); });
    bool has_recheck = graph.recheck_by.has_value();
    io(has_recheck);
    if (!has_recheck) return;
    if (!graph.recheck_by) graph.recheck_by.emplace();
    io(graph.recheck_by->ms);
}

template <class Archive>
void visit(Archive& io, TickResult& it) {
    visit(io, it.took);
    visit(io, it.graph);
}

template <class Archive>
void visit(Archive& io, policy::Simulated& it) {
    visit(io, it.graph);
    io(it.graph_xml, it.cib, it.now.ms);
    io.each(it.changes, [&](policy::Change& change) { visit(io, change); });
}

template <class Value>
std::string frame(FrameType type, Value value) {
    Writer body;
    visit(body, value);
    auto text = std::move(body).text();
    Writer head;
    auto length = static_cast<std::uint32_t>(text.size());
    head(length, type);
    return std::move(head).text() + text;
}

template <class Value>
bool read_whole(std::string_view body, Value& value) {
    Reader io(body);
    visit(io, value);
    return io.good();
}

Error broken(const char* what) {
    return Error{Errc::internal, std::string("broken frame: ") + what, "policy helper", ""};
}

template <class Value>
Result<Value> unframe(std::string_view body, const char* what) {
    Value value;
    if (!read_whole(body, value)) return broken(what);
    return value;
}

}  // namespace

std::string encode(const HelperRequest& it) {
    return frame(FrameType::request, it);
}
std::string encode(const policy::SimulationRequest& it) {
    return frame(FrameType::simulate, it);
}
std::string encode(const LogLine& it) {
    return frame(FrameType::log, it);
}
std::string encode(const TickResult& it) {
    return frame(FrameType::graph, it);
}
std::string encode(const policy::Simulated& it) {
    return frame(FrameType::simulated, it);
}
std::string encode(const Error& it) {
    return frame(FrameType::error, it);
}

Result<FrameHead> decode_head(std::string_view head) {
    Reader io(head);
    FrameHead value;
    io(value.length, value.type);
    if (!io.good() || value.length > max_frame_bytes) return broken("head");
    return value;
}

Result<HelperRequest> decode_request(std::string_view body) {
    return unframe<HelperRequest>(body, "request");
}
Result<policy::SimulationRequest> decode_simulate(std::string_view body) {
    return unframe<policy::SimulationRequest>(body, "simulation");
}
Result<LogLine> decode_log(std::string_view body) {
    return unframe<LogLine>(body, "log line");
}
Result<TickResult> decode_graph(std::string_view body) {
    return unframe<TickResult>(body, "graph");
}
Result<policy::Simulated> decode_simulated(std::string_view body) {
    return unframe<policy::Simulated>(body, "simulated plan");
}
Error decode_error(std::string_view body) {
    Error error;
    return read_whole(body, error) ? error : broken("error");
}

}  // namespace cpe::policy_runner
