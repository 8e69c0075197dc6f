// Keystone v3: what is asked for a token, and what the token allows.
//
// Thread: any; pure.
#pragma once

#include "adapters/http/message.hpp"
#include "adapters/openstack/access.hpp"
#include "adapters/openstack/catalog.hpp"
#include "adapters/openstack/secret.hpp"

#include <cpe/time.hpp>

namespace cpe::openstack {

/// Body of POST /auth/tokens. Holds the secret: to be moved into a request, which wipes it.
[[nodiscard]] std::string login_body(const Access& access);

struct Token {
    Secret id;
    Millis lifetime{0};  ///< from when it was issued, by Keystone's own clock
    std::string project_id;
    Catalog catalog;
};

/// Of a 201. Wipes the token in the response.
[[nodiscard]] Answer<Token> read_token(http::Response& response);

/// How long before its end a token is replaced: a quarter of its life, at most five minutes.
[[nodiscard]] Millis renewal_margin(Millis lifetime);

}  // namespace cpe::openstack
