#include "src/management/types.hpp"

#include <algorithm>

namespace cpe::management {

const std::vector<TypeEntry>& entity_types() {
    static const std::vector<TypeEntry> table = {
        {cpe_type,
         {"name", "identity", "type", "version", "started", "deployables", "ticks", "loop_lag_max",
          "memory"},
         {{"READ", {}},
          {"SQL", {"query"}},
          {"deployable_start", {"name", "uuid", "monitor"}},
          {"deployable_stop", {"name", "uuid", "monitor"}},
          {"deployable_reload", {"name", "uuid", "monitor"}}}},
        {tenant_type, {"name", "identity", "type", "deployables"}, {{"READ", {}}}},
        {deployable_type,
         {"name", "identity", "type", "uuid", "tenant", "state", "since", "transition", "memory",
          "maintenance", "brake", "assemblies", "services"},
         {{"CREATE", {"document", "start", "tenant"}},
          {"READ", {}},
          {"UPDATE", {"maintenance"}},
          {"DELETE", {}},
          {"START", {}},
          {"STOP", {}},
          {"RELOAD", {"document"}},
          {"RELEASE", {}},
          {"FAULT", {"fault"}}}},
        {assembly_type,
         {"name", "identity", "type", "tenant", "deployable", "uuid", "state", "since", "address",
          "provider", "channel", "instance", "instance_state", "heartbeat", "reason",
          "maintenance"},
         {{"READ", {}},
          {"UPDATE", {"maintenance"}},
          {"CONFIRM-DOWN", {}},
          {"RESTART", {}},
          {"TRUST", {}}}},
        {service_type,
         {"name", "identity", "type", "tenant", "deployable", "resource", "state", "since",
          "last_checked", "assemblies", "failures", "promoted"},
         {{"READ", {}}, {"RETRY", {}}}},
    };
    return table;
}

Named named_by(std::string_view type) {
    if (type == assembly_type) return Named::assembly;
    return type == service_type ? Named::service : Named::deployable;
}

const TypeEntry* find_type(std::string_view name) {
    for (const auto& type : entity_types())
        if (type.name == name) return &type;
    return nullptr;
}

bool has_operation(const TypeEntry& type, std::string_view operation) {
    return std::any_of(type.operations.begin(), type.operations.end(),
                       [&](const auto& entry) { return entry.name == operation; });
}

}  // namespace cpe::management
