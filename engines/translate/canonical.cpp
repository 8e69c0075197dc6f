#include "engines/translate/canonical.hpp"

#include "engines/deployable/values.hpp"
#include "engines/translate/markup.hpp"

#include <string_view>
#include <unordered_set>
#include <utility>

namespace cpe::translate {
namespace {

using deployable::to_text;

std::string_view name_of(AgentClass agent_class) {
    switch (agent_class) {
        case AgentClass::ocf: return "ocf";
        case AgentClass::systemd: return "systemd";
        case AgentClass::lsb: break;
    }
    return "lsb";
}

void write(Markup& out, const Parameter& parameter) {
    out.raw("<parameter").attribute("name", parameter.name).raw(">");
    if (const auto* text = std::get_if<Text>(&parameter.value)) {
        out.raw("<value>").escaped(*text).raw("</value>");
    } else {
        const auto& reference = std::get<Reference>(parameter.value);
        const bool hostname = reference.attribute == Reference::Attribute::hostname;
        out.raw("<reference")
            .attribute("assembly", reference.assembly)
            .attribute("parameter", hostname ? "hostname" : "ipaddress")
            .raw("/>");
    }
    out.raw("</parameter>");
}

void write(Markup& out, const List<Capacity>& utilization) {
    if (utilization.empty()) return;
    out.raw(" utilization=\"");
    for (std::size_t i = 0; i < utilization.size(); ++i)
        out.raw(i == 0 ? "" : " ")
            .escaped(utilization[i].name)
            .raw("=")
            .number(utilization[i].amount);
    out.raw("\"");
}

void write(Markup& out, const Floating& floating) {
    if (!floating.prefer.empty()) {
        out.raw(" prefer=\"");
        for (std::size_t i = 0; i < floating.prefer.size(); ++i)
            out.raw(i == 0 ? "" : " ").escaped(floating.prefer[i]);
        out.raw("\"");
    }
    if (floating.is_clone()) out.attribute("instances", std::int64_t{floating.instances});
    if (floating.promotable) out.attribute("promotable", "true");
    if (floating.stickiness) out.attribute("stickiness", std::int64_t{*floating.stickiness});
    if (floating.migration_threshold)
        out.attribute("migration_threshold", std::int64_t{*floating.migration_threshold});
    if (floating.failure_timeout)  // Pacemaker counts it in whole seconds
        out.attribute("failure_timeout",
                      to_text(std::chrono::ceil<std::chrono::seconds>(*floating.failure_timeout)));
}

void write(Markup& out, const Service& service) {
    const std::string_view element = service.configures.empty() ? "service" : "script";
    out.raw("<").raw(element).attribute("name", service.name);
    if (!service.configures.empty())
        out.attribute("resource", service.resource).attribute("configures", service.configures);
    out.attribute("class", name_of(service.agent_class));
    if (service.agent_class == AgentClass::ocf) out.attribute("provider", service.provider);
    out.attribute("type", service.type);
    if (service.monitor_interval)
        out.attribute("monitor_interval", to_text(*service.monitor_interval));
    out.attribute("start_timeout", to_text(service.start_timeout))
        .attribute("stop_timeout", to_text(service.stop_timeout))
        .attribute("monitor_timeout", to_text(service.monitor_timeout));
    write(out, service.utilization);
    if (service.floating) write(out, *service.floating);
    if (service.retired) out.attribute("retired", "true");
    out.raw("><parameters>");
    for (const auto& parameter : service.parameters) write(out, parameter);
    out.raw("</parameters></").raw(element).raw(">");
}

void write(Markup& out, const List<Service>& services) {
    out.raw("<services>");
    for (const auto& service : services) write(out, service);
    out.raw("</services>");
}

/// What is being retired stands in nobody's way.
class Retired {
public:
    explicit Retired(const Deployable& model) {
        for (const auto& assembly : model.assemblies) add(assembly.services);
        add(model.services);
    }
    [[nodiscard]] bool holds_up(const Dependency& dependency) const {
        return resources_.count(dependency.first) != 0 && resources_.count(dependency.then) == 0;
    }

private:
    void add(const List<Service>& services) {
        for (const auto& service : services)
            if (service.retired) resources_.insert(service.resource);
    }
    std::unordered_set<std::string_view> resources_;
};

}  // namespace

std::string canonical_document(const Deployable& model) {
    Markup out;
    out.raw("<deployable")
        .attribute("name", model.name)
        .attribute("uuid", model.uuid)
        .raw("><assemblies>");
    for (const auto& assembly : model.assemblies) {
        out.raw("<assembly").attribute("name", assembly.name).attribute("uuid", assembly.uuid);
        write(out, assembly.utilization);
        if (assembly.leaving) out.attribute("leaving", "true");
        out.raw(">");
        write(out, assembly.services);
        out.raw("</assembly>");
    }
    out.raw("</assemblies>");
    write(out, model.services);
    out.raw("<constraints>");
    const Retired retired(model);
    for (const auto& dependency : model.dependencies) {
        if (retired.holds_up(dependency)) continue;
        out.raw("<service_dependancy")
            .attribute("id", name_part(dependency.id))
            .attribute("first", dependency.first)
            .attribute("then", dependency.then)
            .raw("/>");
    }
    for (const auto& constraint : model.constraints) out.raw(constraint.xml);
    out.raw("</constraints></deployable>");
    return std::move(out).take();
}

}  // namespace cpe::translate
