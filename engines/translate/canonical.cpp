#include "engines/translate/canonical.hpp"

#include "engines/deployable/values.hpp"
#include "engines/translate/markup.hpp"

#include <string_view>

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

void write(Markup& out, const Service& service) {
    out.raw("<service")
        .attribute("name", service.name)
        .attribute("class", name_of(service.agent_class));
    if (service.agent_class == AgentClass::ocf) out.attribute("provider", service.provider);
    out.attribute("type", service.type);
    if (service.monitor_interval)
        out.attribute("monitor_interval", to_text(*service.monitor_interval));
    out.attribute("start_timeout", to_text(service.start_timeout))
        .attribute("stop_timeout", to_text(service.stop_timeout))
        .attribute("monitor_timeout", to_text(service.monitor_timeout))
        .raw("><parameters>");
    for (const auto& parameter : service.parameters) write(out, parameter);
    out.raw("</parameters></service>");
}

}  // namespace

std::string canonical_document(const Deployable& model) {
    Markup out;
    out.raw("<deployable")
        .attribute("name", model.name)
        .attribute("uuid", model.uuid)
        .raw("><assemblies>");
    for (const auto& assembly : model.assemblies) {
        out.raw("<assembly")
            .attribute("name", assembly.name)
            .attribute("uuid", assembly.uuid)
            .raw("><services>");
        for (const auto& service : assembly.services) write(out, service);
        out.raw("</services></assembly>");
    }
    out.raw("</assemblies><constraints>");
    for (const auto& dependency : model.dependencies)
        out.raw("<service_dependancy")
            .attribute("id", name_part(dependency.id))
            .attribute("first", dependency.first)
            .attribute("then", dependency.then)
            .raw("/>");
    out.raw("</constraints></deployable>");
    return std::move(out).take();
}

}  // namespace cpe::translate
