// Where a cloud's services are: what Keystone's catalog says, and the root that requests start
// from.
//
// Thread: any; pure.
#pragma once

#include "adapters/openstack/fault.hpp"
#include "adapters/openstack/json.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cpe::openstack {

enum class Service { compute, image, network };
constexpr std::string_view name_of(Service service) {
    constexpr std::string_view names[] = {"compute", "image", "network"};
    return names[static_cast<int>(service)];
}

struct Endpoint {
    std::string type;
    std::string interface;  ///< "public", "internal", "admin"
    std::string region;
    std::string url;
    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};
using Catalog = std::vector<Endpoint>;

/// Of a token's object.
[[nodiscard]] Catalog read_catalog(Reader token);

/// The URL as the catalog has it. No region given: there must be one only. FaultKind::bad_request
/// says what there is instead.
[[nodiscard]] Answer<std::string> find_endpoint(const Catalog& catalog, Service service,
                                                std::string_view interface,
                                                std::string_view region);

/// What requests' paths are put behind, without a slash at its end: the catalog's URL, its version
/// appended where it has none ("/v2.1", "/v2", "/v2.0").
[[nodiscard]] Answer<std::string> service_root(Service service, std::string_view url);
/// Of compute: where its versions are told, a project's id left out.
[[nodiscard]] std::string versions_url(std::string_view root);
/// "https://keystone:5000" and ".../v3/" both lead to ".../v3".
[[nodiscard]] Answer<std::string> identity_root(std::string_view auth_url);

}  // namespace cpe::openstack
