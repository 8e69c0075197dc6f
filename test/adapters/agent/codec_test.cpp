// What one side says the other understands; what nobody says harms nobody.
#include "adapters/agent/codec.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace cpe;
using namespace cpe::agent;

namespace {

/// Over the wire: encoded to bytes and back.
amqp::Message carried(const amqp::Message& message) {
    const auto decoded = amqp::decode(message.encode());
    REQUIRE(decoded.has_value());
    return *decoded;
}

OperationResult sample_result() {
    return {OperationId{42}, OperationResult::Outcome::timed_out, 1, "why", "output é",
            Millis{1234}};
}

}  // namespace

TEST_CASE("a hello arrives as it was sent") {
    Hello hello;
    hello.guest = {"boot",
                   "agent",
                   "host",
                   {{"rsc_a", Millis{10'000}, "d", 7}},
                   {OperationId{1}, OperationId{2}}};
    const auto decoded = decode_from_guest(carried(encode(FromGuest{hello})));
    REQUIRE(decoded.has_value());
    const auto& guest = std::get<Hello>(*decoded).guest;
    CHECK(guest.boot_id == "boot");
    CHECK(guest.agent_id == "agent");
    CHECK(guest.hostname == "host");
    REQUIRE(guest.monitors.size() == 1);
    CHECK(guest.monitors[0].resource == "rsc_a");
    CHECK(guest.monitors[0].interval == Millis{10'000});
    CHECK(guest.monitors[0].last_rc == 7);
    CHECK(guest.operations == hello.guest.operations);
}

TEST_CASE("the largest hello arrives whole") {
    Hello hello;
    hello.guest = {"boot", "agent", "", {}, {}};
    for (std::size_t i = 0; i < 1'024; ++i)
        hello.guest.monitors.push_back({std::string(max_name, 'r'), Millis{1}, "digest", 0});
    for (std::size_t i = 0; i < max_rows; ++i) hello.guest.operations.push_back(OperationId{i});
    const auto bytes = encode(FromGuest{hello}).encode();
    CHECK(bytes.size() < std::size_t{1024} * 1024);
    const auto decoded = decode_from_guest(carried(encode(FromGuest{hello})));
    REQUIRE(decoded.has_value());
    CHECK(std::get<Hello>(*decoded).guest.monitors.size() == 1'024);
}

TEST_CASE("heartbeats, results and reports arrive as they were sent") {
    auto decoded =
        decode_from_guest(carried(encode(FromGuest{Heartbeat{0xfedcba9876543210U, Millis{77}}})));
    REQUIRE(decoded.has_value());
    CHECK(std::get<Heartbeat>(*decoded).monitors_hash == 0xfedcba9876543210U);
    CHECK(std::get<Heartbeat>(*decoded).oldest_overdue == Millis{77});

    decoded = decode_from_guest(carried(encode(FromGuest{Finished{9, sample_result()}})));
    REQUIRE(decoded.has_value());
    const auto& finished = std::get<Finished>(*decoded);
    CHECK(finished.sequence == 9);
    CHECK(finished.result.id == OperationId{42});
    CHECK(finished.result.outcome == OperationResult::Outcome::timed_out);
    CHECK(finished.result.exit_reason == "why");
    CHECK(finished.result.output == "output é");
    CHECK(finished.result.duration == Millis{1234});

    auto metadata = sample_result();
    metadata.output.assign(max_metadata, 'x');
    decoded = decode_from_guest(carried(encode(FromGuest{Finished{9, metadata}})));
    REQUIRE(decoded.has_value());
    CHECK(std::get<Finished>(*decoded).result.output == metadata.output);

    decoded = decode_from_guest(
        carried(encode(FromGuest{Reported{10, {"rsc_a", Millis{5}, sample_result()}}})));
    REQUIRE(decoded.has_value());
    CHECK(std::get<Reported>(*decoded).report.resource == "rsc_a");
    CHECK(std::get<Reported>(*decoded).report.result.rc == 1);
}

TEST_CASE("words to the guest arrive as they were sent") {
    OperationRequest request;
    request.id = OperationId{7};
    request.resource = "rsc_a";
    request.agent_class = AgentClass::lsb;
    request.type = "svc";
    request.operation = "monitor";
    request.interval = Millis{10'000};
    request.timeout = Millis{20'000};
    request.digest = "d";
    request.parameters = {{"b", "2"}, {"a", "1 \n \"'"}};
    request.expected_rc = 7;
    auto decoded = decode_to_guest(carried(encode(ToGuest{Perform{request}})));
    REQUIRE(decoded.has_value());
    const auto& other = std::get<Perform>(*decoded).request;
    CHECK(other.id == request.id);
    CHECK(other.agent_class == AgentClass::lsb);
    CHECK(other.provider.empty());
    CHECK(other.parameters == request.parameters);
    CHECK(other.timeout == request.timeout);
    CHECK(other.expected_rc == 7);

    decoded = decode_to_guest(carried(encode(ToGuest{Welcome{1, Millis{500}, 12}})));
    REQUIRE(decoded.has_value());
    CHECK(std::get<Welcome>(*decoded).acknowledged == 12);
    decoded = decode_to_guest(carried(encode(ToGuest{CancelMonitor{"rsc_a", Millis{5}}})));
    REQUIRE(decoded.has_value());
    CHECK(std::get<CancelMonitor>(*decoded).interval == Millis{5});
    decoded = decode_to_guest(carried(encode(ToGuest{Refused{"no"}})));
    REQUIRE(decoded.has_value());
    CHECK(std::get<Refused>(*decoded).reason == "no");
    decoded = decode_to_guest(carried(encode(ToGuest{Acknowledge{3}})));
    REQUIRE(decoded.has_value());
    CHECK(std::get<Acknowledge>(*decoded).sequence == 3);
}

TEST_CASE("a wrong message is an error that names its field") {
    struct Case {
        const char* kind;
        amqp::Map body;
        const char* error;
    };
    const amqp::Map operation{
        {"id", 1U},         {"resource", "r"},  {"class", "ocf"},
        {"type", "Dummy"},  {"interval_ms", 0}, {"timeout_ms", 1},
        {"operation", "x"}, {"expected_rc", 0}, {"parameters", amqp::to_value(amqp::List{})}};
    const auto with = [&](const char* field, const amqp::Value& value) {
        auto body = operation;
        body[field] = value;
        return body;
    };
    const std::vector<Case> cases{
        {"operation", with("id", 0U), "operation message, field 'id': must not be 0"},
        {"operation", with("class", "upstart"), "field 'class': 'upstart' is not known"},
        {"operation", with("interval_ms", -1), "field 'interval_ms': must be milliseconds"},
        {"operation", with("resource", std::string(257, 'x')), "is longer than 256 bytes"},
        {"operation", with("parameters", "x"), "field 'parameters': must be a list"},
        {"operation", with("parameters", amqp::to_value(amqp::List{1})), "pairs of strings"},
        {"operation", with("expected_rc", 1e9), "field 'expected_rc'"},
        {"welcome", {}, "welcome message, field 'protocol': must be a number"},
        {"surprise", {}, "unknown kind 'surprise'"},
    };
    for (const auto& one : cases) {
        amqp::Message message;
        message.subject(one.kind);
        message.body(amqp::to_value(one.body));
        const auto decoded = decode_to_guest(message);
        REQUIRE_FALSE(decoded.has_value());
        CHECK_THAT(decoded.error().line(), Catch::Contains(one.error));
    }
    amqp::Message right;
    right.subject("operation");
    right.body(amqp::to_value(operation));
    CHECK(decode_to_guest(right).has_value());
}

namespace {

/// Random values from a seed, that know the protocol's words.
class Junk {
public:
    explicit Junk(unsigned seed) : random_(seed) {}

    amqp::Message message() {
        amqp::Message message;
        message.subject(pick({"hello", "heartbeat", "result", "report", "welcome", "refused",
                              "operation", "cancel_monitor", "acknowledge", "", "x"}));
        message.body(value(3));
        return message;
    }

private:
    std::uint32_t number(std::uint32_t below) {
        return std::uniform_int_distribution<std::uint32_t>(0, below - 1)(random_);
    }
    std::string pick(const std::vector<std::string>& words) {
        return words[number(static_cast<std::uint32_t>(words.size()))];
    }
    std::string field() {
        return pick({"protocol",    "boot_id",      "agent_id",      "hostname",
                     "monitors",    "operations",   "monitors_hash", "overdue_ms",
                     "sequence",    "id",           "outcome",       "rc",
                     "exit_reason", "output",       "duration_ms",   "resource",
                     "interval_ms", "class",        "provider",      "type",
                     "operation",   "timeout_ms",   "digest",        "parameters",
                     "expected_rc", "heartbeat_ms", "acknowledged",  "reason"});
    }
    amqp::Value value(int depth) {
        switch (number(depth > 0 ? 10 : 7)) {
            case 0: return number(3);
            case 1: return std::int64_t{-1} * number(1'000'000);
            case 2: return ~std::uint64_t{0} - number(2);
            case 3: return pick({"done", "ocf", "lsb", "monitor", "", "\xff\xfe", "r"});
            case 4: return std::string(number(70'000), 'y');
            case 5: return 0.5;
            case 6: return amqp::Value{};
            case 7: return amqp::to_value(list(depth - 1));
            default: return amqp::to_value(map(depth - 1));
        }
    }
    amqp::List list(int depth) {
        amqp::List values;
        for (auto count = number(4); count > 0; --count) values.push_back(value(depth));
        return values;
    }
    amqp::Map map(int depth) {
        amqp::Map values;
        for (auto count = number(28); count > 0; --count) values[field()] = value(depth);
        return values;
    }

    std::mt19937 random_;
};

}  // namespace

TEST_CASE("random messages are refused or understood, and never harm") {
    std::size_t understood = 0;
    std::size_t refused = 0;
    for (unsigned seed = 0; seed < 3'000; ++seed) {
        INFO("seed " << seed);
        const auto message = Junk(seed).message();
        for (const bool ok :
             {decode_from_guest(message).has_value(), decode_to_guest(message).has_value()})
            ++(ok ? understood : refused);
    }
    CHECK(refused > 1'000);
    CHECK(understood > 0);
}
