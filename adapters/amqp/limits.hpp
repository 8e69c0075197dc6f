// Every limit of an AMQP connection, with its default.
//
// Thread: any; values. Times in milliseconds, sizes in bytes.
#pragma once

#include <cpe/time.hpp>

#include <cstddef>
#include <cstdint>

namespace cpe::amqp {

struct Limits {
    Millis handshake{5'000};     ///< from connected to the peer's open frame
    Millis frame{10'000};        ///< from a frame's first byte to its last
    Millis idle{30'000};         ///< silence after which the peer is held dead (heartbeats half as
                                 ///< long apart are asked of it)
    Millis write_stall{20'000};  ///< one write that the peer does not take
    Millis linger{500};          ///< from our close frame to the cut
    std::uint32_t max_frame = 64 * 1024;
    std::size_t max_message = 2 * 1024 * 1024;  ///< of a message that we receive
    std::size_t max_partial = 8 * 1024 * 1024;  ///< unfinished messages of one connection
    std::uint16_t max_sessions = 8;
    std::size_t max_links = 64;                  ///< of one connection, both directions
    int credit = 64;                             ///< messages a peer may have unsettled on a link
    std::size_t queue_messages = 4'096;          ///< waiting to be sent on one link
    std::size_t queue_bytes = 16 * 1024 * 1024;  ///< waiting to be sent on one link
    std::size_t queue_total = 32 * 1024 * 1024;  ///< the same, of all links of one connection
    std::size_t session_buffer = 256 * 1024;     ///< handed to Proton and not yet on the wire
};

}  // namespace cpe::amqp
