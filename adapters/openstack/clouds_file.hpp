// What OpenStack's users call their clouds and how these are entered: clouds.yaml, secure.yaml
// merged into it, or the variables OS_*.
//
// Thread: any; pure. Errors name keys, never values.
#pragma once

#include "adapters/openstack/access.hpp"
#include "adapters/openstack/yaml.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace cpe::openstack {

/// There is a password or another secret in it, so nobody else may read its file.
[[nodiscard]] bool holds_secret(const Yaml& document);

/// The entry of that name; empty: the only one there is.
[[nodiscard]] Result<Access> access_to(const Yaml& clouds, const std::string& cloud);

[[nodiscard]] Result<Access> access_from(const Environment& environment);

/// The value of a key as clouds.yaml calls it ("username", "region_name"); none: it is not given.
using Lookup = std::function<std::optional<std::string>(std::string_view key)>;

/// `auth` for what stands under `auth:`, `cloud` for what stands beside it.
[[nodiscard]] Result<Access> build_access(const Lookup& auth, const Lookup& cloud);

}  // namespace cpe::openstack
