// The types of the management node: their attributes and operations, in one table.
//
// Thread: any; constants.
#pragma once

#include "src/management/request.hpp"

#include <string_view>
#include <vector>

namespace cpe::management {

inline constexpr std::string_view node_type = "org.amqp.management";
inline constexpr std::string_view cpe_type = "org.pacemakercloud.cpe";
inline constexpr std::string_view tenant_type = "org.pacemakercloud.tenant";
inline constexpr std::string_view deployable_type = "org.pacemakercloud.deployable";
inline constexpr std::string_view assembly_type = "org.pacemakercloud.assembly";
inline constexpr std::string_view service_type = "org.pacemakercloud.service";

inline constexpr std::string_view node_address = "$management";
inline constexpr std::string_view events_address = "events";

struct OperationEntry {
    std::string_view name;
    std::vector<std::string_view> arguments;  ///< keys of the request's body map
};

struct TypeEntry {
    std::string_view name;
    std::vector<std::string_view> attributes;
    std::vector<OperationEntry> operations;
};

/// Every entity type, in the order in which QUERY without entityType tells them.
[[nodiscard]] const std::vector<TypeEntry>& entity_types();
/// What the names of a type's entities are made of: of deployables and what they hold.
[[nodiscard]] Named named_by(std::string_view type);
/// Null when there is no such type.
[[nodiscard]] const TypeEntry* find_type(std::string_view name);
[[nodiscard]] bool has_operation(const TypeEntry& type, std::string_view operation);

}  // namespace cpe::management
