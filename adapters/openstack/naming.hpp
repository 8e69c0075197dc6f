// How our servers are known among all of a project: by a tag of ours, one of the assembly, and
// metadata for people.
//
// Thread: any; pure. A server is ours where it has both tags of the same owner: names mean nothing.
#pragma once

#include "adapters/openstack/resources.hpp"

#include <cpe/ids.hpp>
#include <cpe/instance_provider.hpp>

#include <string>

namespace cpe::openstack {

constexpr auto host_key_field = "cpe_host_key";

/// Of all servers of this cped.
[[nodiscard]] std::string owner_tag(const std::string& owner);
/// Of the servers of one assembly; there is to be one at most.
[[nodiscard]] std::string assembly_tag(const std::string& owner, const AssemblyKey& key);
/// What a person sees: "shop-web1", fit to be a host name.
[[nodiscard]] std::string server_name(const AssemblyKey& key);
[[nodiscard]] Metadata metadata_of(const InstanceSpec& spec, const std::string& host_key);
[[nodiscard]] bool has_tag(const Server& server, const std::string& tag);

}  // namespace cpe::openstack
