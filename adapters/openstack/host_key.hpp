// An SSH host key that a new guest is given: made here, sent once, and kept nowhere but in the
// guest.
//
// Thread: any; takes well under a millisecond. Errors: Errc::internal where libcrypto has no random
// numbers.
#pragma once

#include "adapters/openstack/secret.hpp"

#include <cpe/result.hpp>

#include <string>

namespace cpe::openstack {

struct NewHostKey {
    Secret private_key;       ///< as OpenSSH writes it, with line ends
    std::string public_key;   ///< "ssh-ed25519 AAAA..."
    std::string fingerprint;  ///< "ssh-ed25519 SHA256:...": how a pin is written
};

[[nodiscard]] Result<NewHostKey> make_host_key();

}  // namespace cpe::openstack
