#include "adapters/amqp/peer.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace cpe::amqp {
namespace {

Error failed(const char* option) {
    return {Errc::internal, std::string(option) + ": " + std::strerror(errno), "peer credentials",
            ""};
}

}  // namespace

bool Peer::in_group(gid_t group) const {
    return gid == group || std::find(groups.begin(), groups.end(), group) != groups.end();
}

Result<Peer> peer_of(int socket) {
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
        return failed("SO_PEERCRED");
    Peer peer{credentials.uid, credentials.gid, credentials.pid, {}};

    // The kernel says how many there are when the buffer is too small (ERANGE).
    socklen_t bytes = 0;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, nullptr, &bytes) == 0) return peer;
    if (errno != ERANGE) return failed("SO_PEERGROUPS");
    peer.groups.resize(bytes / sizeof(gid_t));
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, peer.groups.data(), &bytes) != 0)
        return failed("SO_PEERGROUPS");
    peer.groups.resize(bytes / sizeof(gid_t));
    return peer;
}

}  // namespace cpe::amqp
