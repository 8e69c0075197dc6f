#include "engines/deployable/copy.hpp"

#include <optional>
#include <utility>

namespace cpe::deployable {
namespace {

using deployable::copy;
using Resource = std::pmr::memory_resource;

Text copy(const Text& text, Resource& resource) {
    return {text, &resource};
}

Capacity copy(const Capacity& capacity, Resource& resource) {
    return {.name = copy(capacity.name, resource), .amount = capacity.amount};
}

Parameter copy(const Parameter& parameter, Resource& resource) {
    Text name = copy(parameter.name, resource);
    if (const auto* text = std::get_if<Text>(&parameter.value))
        return {std::move(name), copy(*text, resource)};
    const auto& reference = std::get<Reference>(parameter.value);
    return {std::move(name), Reference{.assembly = copy(reference.assembly, resource),
                                       .attribute = reference.attribute}};
}

VerbatimConstraint copy(const VerbatimConstraint& constraint, Resource& resource) {
    return {.id = copy(constraint.id, resource),
            .xml = copy(constraint.xml, resource),
            .line = constraint.line};
}

template <class T>
List<T> copy_all(const List<T>& from, Resource& resource) {
    List<T> to(&resource);
    to.reserve(from.size());
    for (const T& each : from) to.push_back(copy(each, resource));
    return to;
}

std::optional<Floating> copy(const std::optional<Floating>& floating, Resource& resource) {
    if (!floating) return std::nullopt;
    return Floating{.prefer = copy_all(floating->prefer, resource),
                    .instances = floating->instances,
                    .promotable = floating->promotable,
                    .stickiness = floating->stickiness,
                    .migration_threshold = floating->migration_threshold,
                    .failure_timeout = floating->failure_timeout};
}

}  // namespace

Service copy(const Service& service, Resource& resource) {
    return {.name = copy(service.name, resource),
            .resource = copy(service.resource, resource),
            .agent_class = service.agent_class,
            .provider = copy(service.provider, resource),
            .type = copy(service.type, resource),
            .monitor_interval = service.monitor_interval,
            .start_timeout = service.start_timeout,
            .stop_timeout = service.stop_timeout,
            .monitor_timeout = service.monitor_timeout,
            .escalation = service.escalation,
            .parameters = copy_all(service.parameters, resource),
            .utilization = copy_all(service.utilization, resource),
            .floating = copy(service.floating, resource),
            .configures = copy(service.configures, resource),
            .retired = service.retired,
            .line = service.line};
}

Assembly copy(const Assembly& assembly, Resource& resource) {
    return {.name = copy(assembly.name, resource),
            .uuid = copy(assembly.uuid, resource),
            .image = copy(assembly.image, resource),
            .flavor = copy(assembly.flavor, resource),
            .address = copy(assembly.address, resource),
            .port = assembly.port,
            .provider = copy(assembly.provider, resource),
            .rebuild = assembly.rebuild,
            .escalation = assembly.escalation,
            .services = copy_all(assembly.services, resource),
            .utilization = copy_all(assembly.utilization, resource),
            .leaving = assembly.leaving,
            .line = assembly.line};
}

Dependency copy(const Dependency& dependency, Resource& resource) {
    return {.id = copy(dependency.id, resource),
            .first = copy(dependency.first, resource),
            .then = copy(dependency.then, resource)};
}

Deployable copy(const Deployable& model, Resource& resource) {
    return {.name = copy(model.name, resource),
            .uuid = copy(model.uuid, resource),
            .channel = model.channel,
            .username = copy(model.username, resource),
            .provider = copy(model.provider, resource),
            .providers = copy_all(model.providers, resource),
            .escalation = model.escalation,
            .assemblies = copy_all(model.assemblies, resource),
            .services = copy_all(model.services, resource),
            .dependencies = copy_all(model.dependencies, resource),
            .constraints = copy_all(model.constraints, resource)};
}

}  // namespace cpe::deployable
