// The cloud's faults and servers in the words and codes of the engine.
//
// Thread: any; pure.
#pragma once

#include "adapters/openstack/fault.hpp"
#include "adapters/openstack/resources.hpp"
#include "adapters/openstack/settings.hpp"

#include <cpe/ids.hpp>
#include <cpe/instance_provider.hpp>
#include <cpe/result.hpp>

#include <optional>
#include <string>

namespace cpe::openstack {

/// What is told by the cloud is told as it is; Errc::unavailable where trying again may help.
[[nodiscard]] Error to_error(const Fault& fault, const std::string& where);
/// "assembly 'shop/web'"
[[nodiscard]] std::string name_of(const AssemblyKey& key);
/// "stopped: SHUTOFF"
[[nodiscard]] std::string words_of(const InstanceReport& report);
/// None: it has no such address (yet).
[[nodiscard]] std::optional<std::string> address_of(const Server& server,
                                                    const AddressChoice& choice);
/// "a network 'private', version 4"
[[nodiscard]] std::string words_of(const AddressChoice& choice);

}  // namespace cpe::openstack
