// The way to a list's next page.
//
// Thread: any; pure.
#pragma once

#include "adapters/openstack/json.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace cpe::openstack {

/// The query of the link `rel=next` ("limit=3&marker=..."); none: this was the last page. Only the
/// query counts: behind a proxy the rest of a link is often wrong, and no link may take our token
/// elsewhere.
[[nodiscard]] std::optional<std::string> next_page(Reader& document, std::string_view links);

}  // namespace cpe::openstack
