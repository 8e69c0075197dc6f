#include "src/management/query.hpp"

#include "src/management/attributes.hpp"
#include "src/management/types.hpp"

#include <algorithm>
#include <functional>
#include <map>

namespace cpe::management {
namespace {

using amqp::List;
using amqp::Map;
using amqp::to_value;
using amqp::Value;

Error not_found(const std::string& what, const std::string& name) {
    return {Errc::not_found, "no such " + what, "'" + name + "'", ""};
}

Error too_large(const std::string& name) {
    return {Errc::too_large, "does not fit into one answer", "'" + name + "'",
            "QUERY its assemblies and services in pages"};
}

/// Tells each entity in a stable order; `false` ends it.
using Make = std::function<Map(bool parts)>;
using Visit = std::function<bool(std::size_t weight, const Make& make)>;

/// Of an ambiguous name that an error tells.
constexpr std::size_t max_candidates = 10;

constexpr std::size_t small_weight = 64;  // of entities that hold no other entities

std::map<std::string, std::uint64_t> tenants(const Control& control, const std::string& tenant) {
    std::map<std::string, std::uint64_t> counts;
    if (tenant.empty() || tenant == default_tenant) counts[default_tenant] = 0;
    for (const auto& deployable : control.list(tenant)) ++counts[deployable.key.tenant];
    return counts;
}

bool visit_items(const DeployableStatus& deployable, std::string_view type, const Visit& visit) {
    const DeployableKey& key = deployable.key;
    if (type == deployable_type)
        return visit(weight_of(deployable),
                     [&](bool parts) { return attributes_of(deployable, parts); });
    if (type == assembly_type)
        return std::all_of(
            deployable.assemblies.begin(), deployable.assemblies.end(), [&](const auto& assembly) {
                return visit(small_weight, [&](bool) { return attributes_of(assembly, key); });
            });
    return std::all_of(deployable.services.begin(), deployable.services.end(),
                       [&](const auto& service) {
                           return visit(small_weight + service.assemblies.size(),
                                        [&](bool) { return attributes_of(service, key); });
                       });
}

bool visit_type(const Control& control, const Request& request, std::string_view type,
                const Visit& visit) {
    if (type == cpe_type)
        return visit(small_weight, [&](bool) { return attributes_of(control.daemon()); });
    if (type == tenant_type) {
        for (const auto& [name, count] : tenants(control, request.tenant))
            if (!visit(small_weight, [&](bool) { return attributes_of_tenant(name, count); }))
                return false;
        return true;
    }
    for (const auto& deployable : control.list(request.tenant)) {
        if (!request.deployable.empty() && deployable.key.name != request.deployable) continue;
        if (!visit_items(deployable, type, visit)) return false;
    }
    return true;
}

/// The columns asked for; every one of the type (of all types, once each) when none is named.
Result<std::vector<std::string>> columns_of(const Request& request,
                                            const std::vector<const TypeEntry*>& types) {
    std::vector<std::string> columns;
    if (const Value asked = amqp::at(request.body, "attributeNames"); !asked.empty()) {
        const Error wrong{Errc::invalid_input, "must be a list of strings",
                          "request body 'attributeNames'", ""};
        const auto list = amqp::as_list(asked);
        if (!list) return wrong;
        for (const auto& value : *list) {
            const auto name = amqp::as_string(value);
            if (!name) return wrong;
            columns.push_back(*name);
        }
    }
    if (!columns.empty()) return columns;
    for (const auto* type : types)
        for (const auto& name : type->attributes)
            if (std::find(columns.begin(), columns.end(), name) == columns.end())
                columns.emplace_back(name);
    return columns;
}

/// Whether the lists of what a deployable holds are asked for: they may be large.
bool asks_for_parts(const std::vector<std::string>& columns) {
    return std::any_of(columns.begin(), columns.end(),
                       [](const auto& name) { return name == "assemblies" || name == "services"; });
}

Result<std::vector<const TypeEntry*>> types_asked(const Request& request) {
    const std::string& name = request.entity_type.empty() && request.type != node_type
                                  ? request.type
                                  : request.entity_type;
    std::vector<const TypeEntry*> types;
    if (name.empty()) {
        for (const auto& type : entity_types()) types.push_back(&type);
    } else if (const auto* type = find_type(name)) {
        types.push_back(type);
    } else {
        return Error{Errc::not_found, "no such type", "'" + name + "'", "GET-TYPES lists them"};
    }
    return types;
}

class Page {
public:
    Page(const Request& request, std::vector<std::string> columns)
        : columns_(std::move(columns)),
          parts_(asks_for_parts(columns_)),
          skip_(request.offset.value_or(0)),
          limit_(std::min<std::uint64_t>(request.count.value_or(max_query_rows), max_query_rows)) {}

    /// False when the page is full.
    bool add(std::size_t weight, const Make& make) {
        if (skip_ > 0) {
            --skip_;
            return true;
        }
        const std::size_t more = (parts_ ? weight : 0) + columns_.size() + 1;
        if (rows_.size() >= limit_ || weight_ + more > max_answer_values) {
            too_heavy_ = rows_.empty() && limit_ > 0;
            return false;
        }
        weight_ += more;
        const Map map = make(parts_);
        List row;
        for (const auto& column : columns_) row.push_back(amqp::at(map, column));
        rows_.push_back(to_value(row));
        return true;
    }

    [[nodiscard]] bool too_heavy() const { return too_heavy_; }

    [[nodiscard]] Answer answer() const {
        List names;
        for (const auto& column : columns_) names.emplace_back(column);
        Answer answer =
            ok_answer({{"attributeNames", to_value(names)}, {"results", to_value(rows_)}});
        answer.properties["count"] = static_cast<std::int32_t>(rows_.size());
        return answer;
    }

private:
    std::vector<std::string> columns_;
    bool parts_;
    std::uint64_t skip_;
    std::uint64_t limit_;
    std::size_t weight_ = 0;
    bool too_heavy_ = false;
    List rows_;
};

Result<Answer> read_item(const DeployableStatus& deployable, const Target& target,
                         std::string_view type) {
    if (type == assembly_type) {
        const auto assembly = find_assembly(deployable, target);
        if (!assembly) return assembly.error();
        return ok_answer(attributes_of(**assembly, deployable.key));
    }
    const auto service = find_service(deployable, target);
    if (!service) return service.error();
    return ok_answer(attributes_of(**service, deployable.key));
}

/// Several services that a name may mean: their resources, the first of them.
Error ambiguous(const std::string& item, const std::vector<const ServiceStatus*>& candidates) {
    std::string resources;
    for (std::size_t i = 0; i < std::min(candidates.size(), max_candidates); ++i)
        resources += (i > 0 ? ", " : "") + candidates[i]->resource;
    if (candidates.size() > max_candidates) resources += ", ...";
    return {Errc::invalid_input, "more than one service has this name", "'" + item + "'",
            "give one of " + resources};
}

}  // namespace

Result<const AssemblyStatus*> find_assembly(const DeployableStatus& deployable,
                                            const Target& target) {
    for (const auto& assembly : deployable.assemblies)
        if (assembly.name == target.item) return &assembly;
    return not_found("assembly", target.item);
}

Result<const ServiceStatus*> find_service(const DeployableStatus& deployable,
                                          const Target& target) {
    std::vector<const ServiceStatus*> candidates;
    for (const auto& service : deployable.services) {
        const auto& places = service.assemblies;
        if (!target.assembly.empty() &&
            std::find(places.begin(), places.end(), target.assembly) == places.end())
            continue;
        if (service.resource == target.item) return &service;
        if (service.name == target.item) candidates.push_back(&service);
    }
    const std::string shown =
        target.assembly.empty() ? target.item : target.assembly + "/" + target.item;
    if (candidates.empty()) return not_found("service", shown);
    if (candidates.size() > 1) return ambiguous(shown, candidates);
    return candidates.front();
}

Map attributes_that_fit(const DeployableStatus& deployable) {
    return attributes_of(deployable, weight_of(deployable) <= max_answer_values);
}

Result<Answer> read_entity(const Control& control, const Request& request) {
    if (request.type == cpe_type) return ok_answer(attributes_of(control.daemon()));
    if (request.type == tenant_type) {
        const auto name = plain_name_of(request);
        if (!name) return name.error();
        const auto known = tenants(control, *name);
        const auto found = known.find(*name);
        if (found == known.end()) return not_found("tenant", *name);
        return ok_answer(attributes_of_tenant(*name, found->second));
    }
    const auto target = target_of(request, named_by(request.type));
    if (!target) return target.error();
    const auto deployable = control.find(target->deployable);
    if (!deployable) return deployable.error();
    if (request.type != deployable_type) return read_item(*deployable, *target, request.type);
    if (weight_of(*deployable) > max_answer_values) return too_large(target->deployable.name);
    return ok_answer(attributes_of(*deployable, true));
}

Result<Answer> query_entities(const Control& control, const Request& request) {
    const auto types = types_asked(request);
    if (!types) return types.error();
    auto columns = columns_of(request, *types);
    if (!columns) return columns.error();
    Page page(request, std::move(*columns));
    const Visit visit = [&](std::size_t weight, const Make& make) {
        return page.add(weight, make);
    };
    for (const auto* type : *types)
        if (!visit_type(control, request, type->name, visit)) break;
    if (page.too_heavy()) return too_large("an entity of this QUERY");
    return page.answer();
}

}  // namespace cpe::management
