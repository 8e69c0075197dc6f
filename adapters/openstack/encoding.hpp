// Base64 (RFC 4648) and percent-encoding (RFC 3986).
//
// Thread: any; pure.
#pragma once

#include <string>
#include <string_view>

namespace cpe::openstack {

[[nodiscard]] std::string base64(std::string_view bytes);
/// All but unreserved characters.
[[nodiscard]] std::string percent_encoded(std::string_view text);

}  // namespace cpe::openstack
