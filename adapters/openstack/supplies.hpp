// What servers are made of and what else a project has: images, flavors, networks, ports, key
// pairs, limits. Requests' bodies, and what the answers say.
//
// Thread: any; pure.
#pragma once

#include "adapters/openstack/json.hpp"
#include "adapters/openstack/resources.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cpe::openstack {

/// 8-4-4-4-12 hexadecimal digits: an id of Glance or Neutron, hardly ever a name.
[[nodiscard]] bool is_uuid(std::string_view text);

/// Of one image's own document, or of a list of those of one name: the one that can be booted.
[[nodiscard]] Answer<Image> read_image(const boost::json::value& document);
[[nodiscard]] Answer<Image> choose_image(const boost::json::value& document,
                                         const std::string& name);

struct FlavorPage {
    std::vector<Flavor> flavors;
    std::optional<std::string> next;  ///< see links.hpp
};
[[nodiscard]] Answer<FlavorPage> read_flavor_page(const boost::json::value& document);
/// By id, else by name.
[[nodiscard]] Answer<Flavor> choose_flavor(const std::vector<Flavor>& flavors,
                                           const std::string& name_or_id);

[[nodiscard]] Answer<Network> choose_network(const boost::json::value& document,
                                             const std::string& name_or_id);

struct PortPage {
    std::vector<Port> ports;
    std::optional<std::string> next;  ///< see links.hpp
};
[[nodiscard]] Answer<PortPage> read_port_page(const boost::json::value& document);

[[nodiscard]] std::string key_pair_body(const std::string& name, const std::string& public_key);
[[nodiscard]] Answer<KeyPair> read_key_pair(const boost::json::value& document);

[[nodiscard]] Answer<Limits> read_limits(const boost::json::value& document);

}  // namespace cpe::openstack
