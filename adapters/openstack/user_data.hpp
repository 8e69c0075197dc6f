// What a new guest is told by its user data, for cloud-init: who may log in, the host key that it
// is to have, and the operator's own configuration.
//
// Thread: any; pure. Errors: Errc::invalid_input where the operator's part is of no kind that
// cloud-init knows, or sets host keys itself (the one we know would not hold); Errc::too_large.
#pragma once

#include "adapters/openstack/host_key.hpp"

#include <cpe/result.hpp>

#include <string>
#include <string_view>

namespace cpe::openstack {

struct BootConfiguration {
    std::string user;              ///< who is logged in as
    std::string authorized_key;    ///< one line, "ssh-ed25519 AAAA... comment"
    const NewHostKey* host_key{};  ///< not null
    std::string_view operators;    ///< as it stands in the file; may be empty
};

/// A MIME multipart document. It holds the private host key: to be sent, and nothing else.
[[nodiscard]] Result<Secret> render_user_data(const BootConfiguration& configuration);

}  // namespace cpe::openstack
