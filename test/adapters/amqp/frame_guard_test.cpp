// The frame guard alone: bytes in, verdict out, in one piece and byte by byte.
#include "adapters/amqp/frame_guard.hpp"

#include "wire.hpp"

#include <catch2/catch.hpp>

using namespace cpe::amqp;
namespace wire = test::wire;

namespace {

constexpr std::uint32_t max_frame = 4096;

struct Outcome {
    std::size_t passed = 0;
    std::string error;  ///< empty: none
};

/// Feeds `bytes` in pieces; an outcome of SASL is reported as soon as it is waited for.
Outcome feed(SaslLayer sasl, const std::string& bytes, std::size_t piece,
             bool sasl_success = true) {
    FrameGuard guard(sasl, max_frame, 8);
    Outcome outcome;
    std::string held;
    std::size_t at = 0;
    while (at < bytes.size() || !held.empty()) {
        if (at < bytes.size()) {
            held += bytes.substr(at, piece);
            at += std::min(piece, bytes.size() - at);
        }
        const auto verdict = guard.inspect(held);
        if (verdict.error) {
            CHECK(verdict.pass == 0);
            CHECK(guard.inspect(held).error == verdict.error);  // for ever
            outcome.error = verdict.error->description;
            return outcome;
        }
        outcome.passed += verdict.pass;
        held.erase(0, verdict.pass);
        if (!held.empty() && verdict.pass == 0 && at >= bytes.size()) return outcome;  // waits
        if (sasl_success) guard.sasl_succeeded();
    }
    return outcome;
}

const std::string opened = wire::amqp_header + wire::open() + wire::begin();
const std::string sending = opened + wire::attach("l", 0, wire::no, "echo");

struct Case {
    std::string name;
    SaslLayer sasl;
    std::string bytes;
    std::string error;
};

std::vector<Case> cases() {
    const auto optional = SaslLayer::optional;
    const auto required = SaslLayer::required;
    const std::string empty_frame = wire::frame("");
    return {
        {"plain AMQP", optional, opened + empty_frame, ""},
        {"SASL, then AMQP", required, wire::sasl_header + wire::sasl_init("ANONYMOUS") + opened,
         ""},
        {"the SASL layer is optional", optional,
         wire::sasl_header + wire::sasl_init("PLAIN", std::string("\0a\0b", 4)) + opened, ""},
        {"a message", optional, sending + wire::transfer(0, wire::number(0), wire::no, "x"), ""},
        {"a message in two frames, the second without delivery-id", optional,
         sending + wire::transfer(0, wire::number(0), wire::yes, "x") +
             wire::transfer(0, wire::null, wire::no, "y"),
         ""},
        {"junk", optional, "GET / HTTP/1.0\r\n\r\n", "protocol header"},
        {"a later AMQP", optional, std::string("AMQP\0\2\0\0", 8), "protocol header"},
        {"TLS where there is none", optional, std::string("AMQP\2\1\0\0", 8), "protocol header"},
        {"AMQP where SASL is required", required, wire::amqp_header, "required"},
        {"SASL to a client", SaslLayer::none, wire::sasl_header, "protocol header"},
        {"AMQP frames inside the SASL layer", required, wire::sasl_header + wire::open(),
         "only SASL frames"},
        {"a SASL frame that is too large", optional,
         wire::sasl_header + wire::sasl_init("PLAIN", std::string(600, 'x')), "allowed are"},
        {"sasl-outcome from the peer", optional,
         wire::sasl_header + wire::frame(wire::performative(0x44, {wire::number(0)}), 1),
         "sasl-init"},
        {"SASL twice", optional,
         wire::sasl_header + wire::sasl_init("ANONYMOUS") + wire::sasl_header, "protocol header"},
        {"a SASL frame inside AMQP", optional, opened + wire::sasl_init("ANONYMOUS"), "of a type"},
        {"a frame over the limit", optional, opened + wire::frame(std::string(max_frame, 'x')),
         "allowed are"},
        {"a frame of 7 bytes", optional, opened + std::string("\0\0\0\7\2\0\0\0", 8),
         "allowed are"},
        {"a data offset beyond the frame", optional, opened + std::string("\0\0\0\x8\3\0\0\0", 8),
         "offset"},
        {"a data offset inside the header", optional, opened + std::string("\0\0\0\x8\1\0\0\0", 8),
         "offset"},
        {"an unknown performative", optional, opened + wire::frame(wire::performative(0x19, {})),
         "does not know"},
        {"a performative that is no list", optional, opened + wire::frame(wire::text("x")),
         "malformed"},
        {"transfer without delivery-id", optional,
         sending + wire::transfer(0, wire::null, wire::no, "x"), "delivery-id"},
        {"the second delivery without delivery-id", optional,
         sending + wire::transfer(0, wire::number(0), wire::no, "x") +
             wire::transfer(0, wire::null, wire::no, "y"),
         "delivery-id"},
        {"after an abort a delivery is new", optional,
         sending + wire::transfer(0, wire::number(0), wire::yes, "x", wire::yes) +
             wire::transfer(0, wire::null, wire::no, "y"),
         "delivery-id"},
        {"after a detach a delivery is new", optional,
         sending + wire::transfer(0, wire::number(0), wire::yes, "x") + wire::detach(0) +
             wire::attach("l", 0, wire::no, "echo") + wire::transfer(0, wire::null, wire::no, "y"),
         "delivery-id"},
        {"transfer without handle", optional,
         sending + wire::frame(wire::performative(0x14, {wire::null, wire::number(0)})), "handle"},
        {"transfer on a handle that is not attached", optional,
         sending + wire::transfer(7, wire::number(0), wire::no, "x"), "not attached"},
        {"transfer on another channel's handle", optional,
         sending + wire::begin(1) +
             wire::frame(wire::performative(0x14, {wire::number(0), wire::number(0)}), 0, 1),
         "not attached"},
        {"transfer by a receiver", optional,
         opened + wire::attach("l", 0, wire::yes, "feed") +
             wire::transfer(0, wire::number(0), wire::no, "x"),
         "not attached"},
        {"transfer after detach", optional,
         sending + wire::detach(0) + wire::transfer(0, wire::number(0), wire::no, "x"),
         "not attached"},
        {"transfer after end", optional,
         sending + wire::frame(wire::performative(0x17, {})) + wire::begin() +
             wire::transfer(0, wire::number(0), wire::no, "x"),
         "not attached"},
        {"attach on a handle in use", optional, sending + wire::attach("m", 0, wire::no, "echo"),
         "in use"},
        {"attach without handle", optional,
         opened + wire::frame(wire::performative(0x12, {wire::text("l")})), "without handle"},
    };
}

}  // namespace

TEST_CASE("the guard lets AMQP through and stops what the engine cannot take") {
    for (const auto& [name, sasl, bytes, error] : cases()) {
        for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, bytes.size()}) {
            INFO(name << ", in pieces of " << piece);
            const auto outcome = feed(sasl, bytes, piece);
            if (error.empty()) {
                CHECK(outcome.error.empty());
                CHECK(outcome.passed == bytes.size());
            } else {
                INFO(outcome.error);
                CHECK(outcome.error.find(error) != std::string::npos);
            }
        }
    }
}

TEST_CASE("what a peer sends behind sasl-init is held back until there is an outcome") {
    const std::string first = wire::sasl_header + wire::sasl_init("ANONYMOUS");
    const auto outcome =
        feed(SaslLayer::required, first + opened, first.size() + opened.size(), false);
    CHECK(outcome.error.empty());
    CHECK(outcome.passed == first.size());
}

TEST_CASE("the guard remembers a bounded number of links") {
    std::string bytes = opened;
    for (std::uint32_t handle = 0; handle < 9; ++handle)
        bytes += wire::attach("l" + std::to_string(handle), handle, wire::no, "echo");
    CHECK(feed(SaslLayer::optional, bytes, bytes.size()).error == "too many links attached");
}

TEST_CASE("values are measured without recursion, and nesting is bounded") {
    const auto nested = [](unsigned depth) {
        std::string value = wire::null;
        for (unsigned i = 0; i < depth; ++i)
            value = "\xd0" + wire::big_endian(static_cast<std::uint32_t>(value.size() + 4)) +
                    wire::big_endian(1) + value;
        return value;
    };
    CHECK(value_length(nested(max_nesting)) == nested(max_nesting).size());
    CHECK_FALSE(value_length(nested(max_nesting + 1)));
    CHECK_FALSE(value_length(nested(2'000)));
    CHECK_FALSE(value_length(std::string(60'000, '\0')));  // descriptors of descriptors

    struct Value {
        std::string bytes;
        bool whole;
    };
    for (const auto& [bytes, whole] : std::vector<Value>{
             {"", false},
             {wire::text("abc"), true},
             {wire::text("abc").substr(0, 6), false},
             {std::string("\x45", 1), true},                      // empty list
             {std::string("\xc0\x01\x00", 3), true},              // empty list8
             {std::string("\xc0\x01\x05", 3), false},             // 5 children in no bytes
             {std::string("\xc0\x03\x01\x40\x40", 5), false},     // bytes left over
             {std::string("\xe0\x04\x02\x52\x01\x02", 6), true},  // array of 2 smalluint
             {std::string("\xf0\0\0\0\5\xff\xff\xff\xff\x40", 10), false},  // 4 billion nulls
             {std::string("\x30", 1), false},                               // no such code
         }) {
        INFO(Catch::StringMaker<std::string>::convert(bytes));
        CHECK(value_length(bytes).has_value() == whole);
        CHECK(is_value_sequence(bytes + bytes) == (whole || bytes.empty()));
    }
}
