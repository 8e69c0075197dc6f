#include "src/policy/wire.hpp"

#include <catch2/catch.hpp>

#include <limits>

using namespace cpe;
using namespace cpe::policy_runner;

namespace {

TickResult example() {
    GraphAction action;
    action.id = -7;
    action.kind = GraphAction::Kind::fence;
    action.operation = "stonith";
    action.operation_key = "stonith-db-reboot";
    action.node = "db";
    action.node_uuid = "u-db";
    action.resource = "rsc";
    action.long_id = "rsc:0";
    action.agent_class = "ocf";
    action.agent_provider = "heartbeat";
    action.agent_type = "Dummy";
    action.interval = Millis{2'000};
    action.timeout = Millis{std::numeric_limits<std::int64_t>::max()};
    action.target_rc = 7;
    action.target_rc_given = true;
    action.digest = std::string("with\0zero", 9);
    action.parameters = {{"a", "1"}, {"b", ""}};
    action.meta = {{"timeout", "20000"}};
    TickResult result;
    result.took = Millis{12};
    result.graph.batch_limit = 3;
    result.graph.cluster_delay = Millis{1};
    result.graph.stonith_timeout = Millis{2};
    result.graph.failed_start_is_fatal = true;
    result.graph.synapses = {Synapse{1, -1'000'000, {action, GraphAction{}}, {2, 3}}, Synapse{}};
    result.graph.recheck_by = WallTime{1'700'000'000'000};
    return result;
}

std::string body_of(const std::string& frame) {
    return frame.substr(frame_head_bytes);
}

bool same(const TickResult& a, const TickResult& b) {
    return encode(a) == encode(b);
}

}  // namespace

TEST_CASE("a graph comes out as it went in") {
    const auto frame = encode(example());
    const auto head = decode_head(frame.substr(0, frame_head_bytes));
    REQUIRE(head.has_value());
    CHECK(head->type == FrameType::graph);
    CHECK(head->length == frame.size() - frame_head_bytes);
    const auto back = decode_graph(body_of(frame));
    REQUIRE(back.has_value());
    CHECK(same(*back, example()));
    const auto& action = back->graph.synapses.at(0).actions.at(0);
    CHECK(action.id == -7);
    CHECK(action.timeout == Millis{std::numeric_limits<std::int64_t>::max()});
    CHECK(action.digest.size() == 9);
    CHECK(action.parameters == example().graph.synapses[0].actions[0].parameters);
    CHECK(back->graph.synapses[0].priority == -1'000'000);
    CHECK(back->graph.recheck_by == WallTime{1'700'000'000'000});
}

TEST_CASE("requests, log lines and errors come out as they went in") {
    const auto request =
        decode_request(body_of(encode(HelperRequest{"shop", "<cib/>", {5}, true})));
    REQUIRE(request.has_value());
    CHECK(request->name == "shop");
    CHECK(request->cib == "<cib/>");
    CHECK(request->now == WallTime{5});
    CHECK(request->validate);
    CHECK_FALSE(request->fault);
    const HelperRequest faulty{"shop", "<cib/>", {5}, true, Fault::tick_hang};
    CHECK(decode_request(body_of(encode(faulty)))->fault == Fault::tick_hang);
    const auto line = decode_log(body_of(encode(LogLine{LogLevel::error, "policy x", "bad"})));
    REQUIRE(line.has_value());
    CHECK(line->level == LogLevel::error);
    CHECK(line->message == "bad");
    const Error error{Errc::too_large, "5 bytes", "CIB", "at most 4"};
    CHECK(decode_error(body_of(encode(error))) == error);
}

TEST_CASE("no truncation and no appendix of a frame decodes") {
    const auto body = body_of(encode(example()));
    for (std::size_t size = 0; size < body.size(); ++size) {
        INFO(size);
        REQUIRE(decode_graph(std::string_view(body).substr(0, size)).has_error());
    }
    CHECK(decode_graph(body + "x").has_error());
    CHECK(decode_error("").code == Errc::internal);
}

TEST_CASE("a list that claims to be huge does not take memory") {
    const std::string claim = encode(HelperRequest{}).substr(frame_head_bytes + 0);
    std::string body(claim);
    body.replace(0, 4, "\xff\xff\xff\xff");
    CHECK(decode_request(body).has_error());
    CHECK(decode_graph(std::string(12, '\xff')).has_error());
}

TEST_CASE("a frame over the limit is refused by its head") {
    CHECK(decode_head(std::string("\xff\xff\xff\x7fQ", 5)).has_error());
    CHECK(decode_head("abc").has_error());
}
