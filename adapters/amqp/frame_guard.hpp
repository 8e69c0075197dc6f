// Looks at every byte of a peer before Proton's engine does, and stops what 0.37 cannot take.
//
// A pure state machine: no I/O, no clock. It knows just enough of AMQP 1.0 (§2.2, §2.3, §2.8, §5.3)
// to tell frames apart, and closes two holes: a first `transfer` of a delivery without a
// delivery-id (Proton asserts), and AMQP frames inside the SASL layer (Proton opens the connection
// before anybody was authenticated). Beyond these it refuses unknown performatives, transfers on
// links that the peer did not attach as a sender, values nested too deep, and frames over the
// limit.
//
// Thread: one at a time. Ownership: values.
#pragma once

#include "adapters/amqp/condition.hpp"
#include "adapters/amqp/encoding.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace cpe::amqp {

/// Which protocol headers a peer may begin with.
enum class SaslLayer {
    none,      ///< AMQP at once (we are the client and offered no SASL)
    optional,  ///< either (Unix sockets: the kernel has said who it is)
    required,  ///< SASL first; AMQP only after we sent an outcome of success
};

/// A SASL frame is never larger (AMQP 1.0 §5.3.1: MIN-MAX-FRAME-SIZE).
constexpr std::uint32_t max_sasl_frame = 512;

class FrameGuard {
public:
    FrameGuard(SaslLayer sasl, std::uint32_t max_frame, std::size_t max_handles)
        : sasl_(sasl), max_frame_(max_frame), max_handles_(max_handles) {}

    struct Verdict {
        std::size_t pass = 0;            ///< this many bytes may go to the engine now
        std::optional<Condition> error;  ///< the peer is to be cut off; nothing more may pass
    };

    /// Call with the bytes that were read. Fewer than given pass when an outcome of SASL must be
    /// known first: give them to the engine, then call again with the rest. Whole frames are
    /// judged; the beginning of one may pass, as the engine acts on whole frames only. After an
    /// error every call says so again.
    [[nodiscard]] Verdict inspect(Bytes bytes);

    /// The engine sent a SASL outcome of success.
    void sasl_succeeded();

    /// A frame (or header) has begun and is not complete.
    [[nodiscard]] bool mid_frame() const { return !partial_.empty(); }
    /// Whole frames and headers seen so far.
    [[nodiscard]] std::uint64_t frames() const { return frames_; }
    /// The peer began with a SASL header.
    [[nodiscard]] bool sasl_seen() const { return sasl_seen_; }

private:
    enum class State {
        header,       ///< expects the first protocol header
        sasl_init,    ///< expects sasl-init
        sasl_wait,    ///< expects nothing: the outcome is ours to send
        amqp_header,  ///< expects the AMQP header after SASL
        frames,       ///< AMQP frames
        failed,
    };
    /// What is known of a link that the peer attached.
    struct Handle {
        bool peer_sends = false;
        bool more = false;  ///< a delivery has begun and not ended
    };
    using HandleKey = std::pair<std::uint16_t, std::uint32_t>;  ///< channel, handle

    /// Bytes of the unit that begins here with at least 8 bytes; fails on an impossible size.
    [[nodiscard]] std::size_t unit_size(Bytes unit);
    /// Adds to the partial unit what it lacks, judges it when whole; returns the bytes taken.
    std::size_t collect(Bytes rest);
    void judge(Bytes unit);
    void judge_header(Bytes unit);
    void judge_sasl(Bytes unit);
    void judge_amqp(Bytes unit);
    void judge_performative(std::uint16_t channel, Bytes body);
    void attach(std::uint16_t channel, const DescribedList& performative);
    void transfer(std::uint16_t channel, const DescribedList& performative);
    void forget_channel(std::uint16_t channel);
    void fail(std::string description);

    SaslLayer sasl_;
    std::uint32_t max_frame_;
    std::size_t max_handles_;
    State state_ = State::header;
    bool sasl_seen_ = false;
    std::uint64_t frames_ = 0;
    std::vector<char> partial_;  ///< of the unit that is not complete; at most max_frame_
    std::map<HandleKey, Handle> handles_;
    Condition error_;
};

}  // namespace cpe::amqp
