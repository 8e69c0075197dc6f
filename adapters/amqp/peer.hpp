// Who is at the other end of a Unix socket, as the kernel knows it.
//
// Thread: any; values.
#pragma once

#include <cpe/result.hpp>

#include <sys/types.h>

#include <vector>

namespace cpe::amqp {

/// Credentials at the time of connect(2): SO_PEERCRED and SO_PEERGROUPS (unix(7), socket(7)).
struct Peer {
    uid_t uid = static_cast<uid_t>(-1);
    gid_t gid = static_cast<gid_t>(-1);
    pid_t pid = 0;
    std::vector<gid_t> groups;  ///< supplementary ones

    [[nodiscard]] bool in_group(gid_t group) const;
};

/// `socket`: a connected AF_UNIX stream socket.
[[nodiscard]] Result<Peer> peer_of(int socket);

}  // namespace cpe::amqp
