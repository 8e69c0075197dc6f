#include "engines/deployment/world.hpp"

#include <utility>

namespace cpe::deployment {

World::World(Deployable deployable, translate::Configuration translated, Settings with,
             IdSource& from, LogSink to, std::pmr::memory_resource& in)
    : model(std::move(deployable)),
      configuration(std::move(translated)),
      settings(std::move(with)),
      ids(from),
      log(std::move(to)),
      arena(in),
      assemblies(&in),
      services(&in),
      assembly_by_name(&in),
      service_by_resource(&in),
      timers(in),
      pace(settings.transitions_per_minute, in),
      ladder(model.escalation, in) {
    lay_out();
}

void World::lay_out() {
    std::size_t count = model.services.size();
    for (const Assembly& assembly : model.assemblies) count += assembly.services.size();
    assemblies.reserve(model.assemblies.size());
    services.reserve(count);
    for (const Assembly& assembly : model.assemblies) {
        assembly_by_name.emplace(assembly.name, assemblies.size());
        assemblies.emplace_back(assembly, arena);
        for (const Service& service : assembly.services)
            add(service, assemblies.size() - 1, assemblies.size());
    }
    for (const Service& service : model.services) add(service, 0, assemblies.size());
}

void World::add(const Service& service, std::size_t first, std::size_t end) {
    const std::size_t index = services.size();
    service_by_resource.emplace(service.resource, index);
    ServiceUnit& unit = services.emplace_back(service, arena);
    unit.placements.reserve(end - first);
    for (std::size_t i = first; i < end; ++i) {
        unit.placements.emplace_back(index, i, arena);
        assemblies[i].services.push_back(index);
    }
}

AssemblyUnit* World::find_assembly(std::string_view name) {
    const auto at = assembly_by_name.find(name);
    return at == assembly_by_name.end() ? nullptr : &assemblies[at->second];
}

ServiceUnit* World::find_service(std::string_view resource) {
    // An instance of a clone that runs nowhere yet may be called rsc_cache:0; the number means
    // nothing.
    const auto at = service_by_resource.find(resource.substr(0, resource.find(':')));
    return at == service_by_resource.end() ? nullptr : &services[at->second];
}

}  // namespace cpe::deployment
