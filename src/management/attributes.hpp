// Entities as attribute maps: the JSON keys of design.md §9 and, as AMQP Management demands,
// `name`, `identity` and `type`; and `maintenance`, which UPDATE sets.
//
// Thread: any; pure. Times are `long` milliseconds since 1970-01-01 UTC; what is not known is null.
#pragma once

#include "adapters/amqp/message.hpp"

#include <cpe/control.hpp>
#include <cpe/records.hpp>

#include <string>

namespace cpe::management {

[[nodiscard]] amqp::Map attributes_of(const DaemonStatus& daemon);
[[nodiscard]] amqp::Map attributes_of_tenant(const std::string& tenant, std::uint64_t deployables);
/// Without `parts`, assemblies and services are null: what they hold may not fit into one message.
[[nodiscard]] amqp::Map attributes_of(const DeployableStatus& deployable, bool parts);
[[nodiscard]] amqp::Map attributes_of(const AssemblyStatus& assembly, const DeployableKey& of);
[[nodiscard]] amqp::Map attributes_of(const ServiceStatus& service, const DeployableKey& of);

/// How many AMQP values the map of such an entity takes up at most: Proton's limit is 65,535 in one
/// message.
[[nodiscard]] std::size_t weight_of(const DeployableStatus& deployable);

}  // namespace cpe::management
