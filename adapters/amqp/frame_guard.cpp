#include "adapters/amqp/frame_guard.hpp"

#include <algorithm>
#include <string_view>

namespace cpe::amqp {
namespace {

constexpr std::size_t header_size = 8;  // of a protocol header, and of a frame's fixed part
constexpr std::string_view amqp_header("AMQP\0\1\0\0", header_size);
constexpr std::string_view sasl_header("AMQP\3\1\0\0", header_size);

constexpr std::uint8_t frame_type_amqp = 0;
constexpr std::uint8_t frame_type_sasl = 1;
constexpr std::uint64_t sasl_init = 0x41;

enum Performative : std::uint64_t {
    open = 0x10,
    begin = 0x11,
    attach_ = 0x12,
    flow = 0x13,
    transfer_ = 0x14,
    disposition = 0x15,
    detach = 0x16,
    end = 0x17,
    close = 0x18,
};

std::uint8_t byte_at(Bytes bytes, std::size_t index) {
    return static_cast<std::uint8_t>(bytes[index]);
}

std::uint32_t size_field(Bytes unit) {
    return (std::uint32_t{byte_at(unit, 0)} << 24U) | (std::uint32_t{byte_at(unit, 1)} << 16U) |
           (std::uint32_t{byte_at(unit, 2)} << 8U) | std::uint32_t{byte_at(unit, 3)};
}

/// What follows the header and the extended header; nothing when doff is impossible.
std::optional<Bytes> body_of(Bytes unit) {
    const std::size_t offset = std::size_t{byte_at(unit, 4)} * 4;
    if (offset < header_size || offset > unit.size()) return std::nullopt;
    return unit.subspan(offset);
}

}  // namespace

FrameGuard::Verdict FrameGuard::inspect(Bytes bytes) {
    std::size_t used = 0;
    while (used < bytes.size() && state_ != State::failed) {
        if (state_ == State::sasl_wait) return {used, std::nullopt};
        const Bytes rest = bytes.subspan(used);
        const std::size_t whole =
            partial_.empty() && rest.size() >= header_size ? unit_size(rest) : 0;
        if (state_ == State::failed) break;
        if (whole > 0 && whole <= rest.size()) {
            judge(rest.first(whole));
            used += whole;
        } else {
            used += collect(rest);
        }
    }
    if (state_ == State::failed) return {0, error_};
    return {used, std::nullopt};
}

void FrameGuard::sasl_succeeded() {
    if (state_ == State::sasl_wait) state_ = State::amqp_header;
}

std::size_t FrameGuard::collect(Bytes rest) {
    const std::size_t known = partial_.size() < header_size ? header_size : unit_size(partial_);
    const std::size_t take = std::min(known - partial_.size(), rest.size());
    partial_.insert(partial_.end(), rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(take));
    if (partial_.size() < header_size) return take;
    const std::size_t size = unit_size(partial_);
    if (state_ != State::failed && partial_.size() == size) judge(std::exchange(partial_, {}));
    return take;
}

std::size_t FrameGuard::unit_size(Bytes unit) {
    if (state_ == State::header || state_ == State::amqp_header) return header_size;
    const std::uint32_t size = size_field(unit);
    const std::uint32_t limit = state_ == State::sasl_init ? max_sasl_frame : max_frame_;
    if (size < header_size || size > limit)
        fail("a frame of " + std::to_string(size) + " bytes; allowed are " +
             std::to_string(header_size) + " to " + std::to_string(limit));
    return size;
}

void FrameGuard::judge(Bytes unit) {
    ++frames_;
    switch (state_) {
        case State::header:
        case State::amqp_header: return judge_header(unit);
        case State::sasl_init: return judge_sasl(unit);
        case State::frames: return judge_amqp(unit);
        case State::sasl_wait:
        case State::failed: return;
    }
}

void FrameGuard::judge_header(Bytes unit) {
    const std::string_view header(unit.data(), unit.size());
    const bool first = state_ == State::header;
    if (header == amqp_header && !(first && sasl_ == SaslLayer::required)) {
        state_ = State::frames;
    } else if (header == sasl_header && first && sasl_ != SaslLayer::none) {
        sasl_seen_ = true;
        state_ = State::sasl_init;
    } else {
        fail(header == amqp_header ? "AMQP without the SASL layer, which is required here"
                                   : "not an AMQP 1.0 protocol header that is allowed here");
    }
}

void FrameGuard::judge_sasl(Bytes unit) {
    const auto body = body_of(unit);
    if (byte_at(unit, 5) != frame_type_sasl || !body)
        return fail("inside the SASL layer only SASL frames are allowed");
    const auto init = read_described_list(*body);
    if (!init || init->descriptor != sasl_init) return fail("expected sasl-init");
    state_ = State::sasl_wait;
}

void FrameGuard::judge_amqp(Bytes unit) {
    const auto body = body_of(unit);
    if (byte_at(unit, 5) != frame_type_amqp || !body)
        return fail("a frame of a type or offset that is not AMQP's");
    if (body->empty()) return;  // heartbeat
    const auto channel =
        static_cast<std::uint16_t>(std::uint32_t{byte_at(unit, 6)} << 8U | byte_at(unit, 7));
    judge_performative(channel, *body);
}

void FrameGuard::judge_performative(std::uint16_t channel, Bytes body) {
    const auto performative = read_described_list(body);
    if (!performative) return fail("a frame whose performative is malformed or nested too deep");
    switch (performative->descriptor) {
        case open:
        case flow:
        case disposition:
        case close: return;
        case begin:
        case end: return forget_channel(channel);
        case attach_: return attach(channel, *performative);
        case transfer_: return transfer(channel, *performative);
        case detach:
            if (const auto handle = uint_field(*performative, 0))
                handles_.erase({channel, *handle});
            return;
        default: return fail("a performative that AMQP 1.0 does not know");
    }
}

void FrameGuard::attach(std::uint16_t channel, const DescribedList& performative) {
    const auto handle = uint_field(performative, 1);
    const auto peer_receives = bool_field(performative, 2);
    if (!handle || !peer_receives) return fail("attach without handle or role");
    if (handles_.size() >= max_handles_) return fail("too many links attached");
    const bool fresh = handles_.try_emplace({channel, *handle}, Handle{!*peer_receives}).second;
    if (!fresh) fail("attach on a handle that is in use");
}

void FrameGuard::transfer(std::uint16_t channel, const DescribedList& performative) {
    const auto handle = uint_field(performative, 0);
    if (!handle) return fail("transfer without handle");
    const auto at = handles_.find({channel, *handle});
    if (at == handles_.end() || !at->second.peer_sends)
        return fail("transfer on a link that the peer has not attached as a sender");
    if (!at->second.more && !uint_field(performative, 1))
        return fail("the first transfer of a delivery without delivery-id");
    const bool aborted = bool_field(performative, 9).value_or(false);
    at->second.more = bool_field(performative, 5).value_or(false) && !aborted;
}

void FrameGuard::forget_channel(std::uint16_t channel) {
    const auto first = handles_.lower_bound({channel, 0});
    auto last = first;
    while (last != handles_.end() && last->first.first == channel) ++last;
    handles_.erase(first, last);
}

void FrameGuard::fail(std::string description) {
    state_ = State::failed;
    partial_ = {};
    handles_.clear();
    error_ = {"amqp:connection:framing-error", std::move(description)};
}

}  // namespace cpe::amqp
