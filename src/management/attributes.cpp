#include "src/management/attributes.hpp"

#include "src/management/types.hpp"

#include <cpe/instance_provider.hpp>

#include <algorithm>
#include <optional>

namespace cpe::management {
namespace {

using amqp::List;
using amqp::Map;
using amqp::to_value;
using amqp::Value;

constexpr std::size_t values_of_entity = 2 * 16;  // keys and values

Value text(std::string_view chars) {
    return chars.empty() ? Value{} : Value(std::string(chars));
}

Value millis(WallTime time) {
    return time.ms == 0 ? Value{} : Value(std::int64_t{time.ms});
}

Value millis(const std::optional<WallTime>& time) {
    return time ? millis(*time) : Value{};
}

Value name_value(std::string_view name) {
    return std::string(name);
}

void identify(Map& map, const std::string& name, const std::string& identity,
              std::string_view type) {
    map["name"] = name;
    map["identity"] = identity;
    map["type"] = std::string(type);
}

bool in_maintenance(const AssemblyStatus& assembly) {
    return assembly.state == AssemblyState::maintenance;
}

/// All of it.
bool in_maintenance(const DeployableStatus& deployable) {
    const auto& all = deployable.assemblies;
    return !all.empty() && std::all_of(all.begin(), all.end(), [](const AssemblyStatus& assembly) {
        return in_maintenance(assembly);
    });
}

/// Null: nothing holds it.
Value brake_of(const BrakeHold& brake) {
    if (!brake) return {};
    Map map;
    map["since"] = millis(brake.since);
    map["until"] = millis(brake.until);
    map["reason"] = brake.reason;
    return to_value(map);
}

std::string path(const DeployableKey& key) {
    return key.tenant + "/" + key.name;
}

}  // namespace

Map attributes_of(const DaemonStatus& daemon) {
    Map map;
    identify(map, "cped", "cped", cpe_type);
    map["version"] = daemon.version;
    map["started"] = millis(daemon.started);
    map["deployables"] = daemon.deployables;
    map["ticks"] = daemon.ticks;
    map["loop_lag_max"] = std::int64_t{daemon.loop_lag_max.count()};
    map["memory"] = daemon.memory;
    return map;
}

Map attributes_of_tenant(const std::string& tenant, std::uint64_t deployables) {
    Map map;
    identify(map, tenant, tenant, tenant_type);
    map["deployables"] = deployables;
    return map;
}

Map attributes_of(const AssemblyStatus& assembly, const DeployableKey& of) {
    Map map;
    identify(map, assembly.name, path(of) + "/" + assembly.name, assembly_type);
    map["tenant"] = of.tenant;
    map["deployable"] = of.name;
    map["uuid"] = assembly.uuid;
    map["state"] = name_value(name_of(assembly.state));
    map["since"] = millis(assembly.since);
    map["address"] = text(assembly.address);
    map["provider"] = text(assembly.provider);
    map["channel"] = text(assembly.channel);
    map["instance"] = text(assembly.instance);
    map["instance_state"] = name_value(name_of(assembly.instance_state));
    map["heartbeat"] = millis(assembly.heartbeat);
    map["reason"] = text(assembly.reason);
    map["maintenance"] = in_maintenance(assembly);
    return map;
}

Map attributes_of(const ServiceStatus& service, const DeployableKey& of) {
    Map map;
    identify(map, service.name, path(of) + "/" + service.resource, service_type);
    map["tenant"] = of.tenant;
    map["deployable"] = of.name;
    map["resource"] = service.resource;
    map["state"] = name_value(name_of(service.state));
    map["since"] = millis(service.since);
    map["last_checked"] = millis(service.last_checked);
    List where, promoted;
    for (const auto& assembly : service.assemblies) where.emplace_back(assembly);
    for (const auto& assembly : service.promoted) promoted.emplace_back(assembly);
    map["assemblies"] = to_value(where);
    map["failures"] = std::int32_t{service.failures};
    map["promoted"] = to_value(promoted);
    return map;
}

Map attributes_of(const DeployableStatus& deployable, bool parts) {
    const DeployableKey& key = deployable.key;
    Map map;
    identify(map, key.name, path(key), deployable_type);
    map["uuid"] = deployable.uuid;
    map["tenant"] = key.tenant;
    map["state"] = name_value(name_of(deployable.state));
    map["since"] = millis(deployable.since);
    map["transition"] = deployable.transition ? Value(deployable.transition.value) : Value{};
    map["memory"] = deployable.memory;
    map["maintenance"] = in_maintenance(deployable);
    map["brake"] = brake_of(deployable.brake);
    map["assemblies"] = Value{};
    map["services"] = Value{};
    if (!parts) return map;
    List assemblies;
    for (const auto& assembly : deployable.assemblies)
        assemblies.push_back(to_value(attributes_of(assembly, key)));
    map["assemblies"] = to_value(assemblies);
    List services;
    for (const auto& service : deployable.services)
        services.push_back(to_value(attributes_of(service, key)));
    map["services"] = to_value(services);
    return map;
}

std::size_t weight_of(const DeployableStatus& deployable) {
    std::size_t weight = values_of_entity * (1 + deployable.assemblies.size());
    for (const auto& service : deployable.services)
        weight += values_of_entity + service.assemblies.size();
    return weight;
}

}  // namespace cpe::management
