// Who may connect to cped's own socket.
//
// Thread: any; pure.
#pragma once

#include "adapters/amqp/peer.hpp"

#include <optional>

namespace cpe::management {

/// uid 0 and members of the group (primary or supplementary) are administrators; all others are
/// refused.
[[nodiscard]] inline Result<> authorise(const amqp::Peer& peer, std::optional<gid_t> group) {
    if (peer.uid == 0 || (group && peer.in_group(*group))) return {};
    return Error{Errc::not_allowed, "uid " + std::to_string(peer.uid) + " is not an administrator",
                 "cped.sock", group ? "be root or join the socket's group" : "be root"};
}

}  // namespace cpe::management
