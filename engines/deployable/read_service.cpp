#include "engines/deployable/read.hpp"
#include "engines/deployable/values.hpp"
#include "engines/deployable/vocabulary.hpp"

#include <string>

namespace cpe::deployable {
namespace {

AgentClass agent_class(const xml::Element& element) {
    const auto name = element.value("class");
    if (name == "lsb") return AgentClass::lsb;
    return name == "systemd" ? AgentClass::systemd : AgentClass::ocf;
}

/// A provider belongs to ocf agents only; documents of 2012 wrote one for others too.
Text provider(const xml::Element& element, Report& report, std::pmr::memory_resource& resource) {
    if (agent_class(element) != AgentClass::ocf) return Text(&resource);
    const auto name = element.attribute("provider");
    if (name && !is_name(*name))
        report.invalid(element, "provider " + quoted(*name) + " is not valid",
                       "of ocf agents: heartbeat, pacemaker, ...");
    return Text(name.value_or("heartbeat"), &resource);
}

Millis timeout(const xml::Element& element, std::string_view name, Millis otherwise) {
    const auto text = element.attribute(name);
    return text ? duration(*text).value_or(otherwise) : otherwise;
}

Reference reference(const xml::Element& element, Report& report,
                    std::pmr::memory_resource& resource) {
    check(element, rules::reference, report);
    return {.assembly = Text(element.value("assembly"), &resource),
            .attribute = element.value("parameter") == "hostname"
                             ? Reference::Attribute::hostname
                             : Reference::Attribute::ipaddress};
}

Parameter parameter(const xml::Element& element, Report& report,
                    std::pmr::memory_resource& resource) {
    check(element, rules::parameter, report);
    const auto attribute = element.attribute("value");
    const auto inside = element.child("value");
    const auto referred = element.child("reference");
    if ((attribute ? 1 : 0) + (inside ? 1 : 0) + (referred ? 1 : 0) != 1)
        report.invalid(element, "it has not exactly one value",
                       "value=\"...\", <value>...</value> or <reference .../>");
    Text name(element.value("name"), &resource);
    if (referred) return {std::move(name), reference(*referred, report, resource)};
    if (inside) check(*inside, rules::value, report);
    const std::string value = inside ? inside->text() : std::string(attribute.value_or(""));
    return {std::move(name), Text(value, &resource)};
}

void parameters(const xml::Element& service, List<Parameter>& list, Report& report,
                std::pmr::memory_resource& resource) {
    const auto right = service.child("parameters");
    const auto misspelt = service.child("paramaters");
    if (right && misspelt)
        report.invalid(*misspelt, "<parameters> stands there too", "write them into one list");
    const auto element = right ? right : misspelt;
    if (!element) return;
    check(*element, rules::parameters, report);
    element->each_child([&](const xml::Element& child) {
        if (!report.error()) list.push_back(parameter(child, report, resource));
    });
}

/// What pinned and floating services share.
void contents(const xml::Element& element, Service& model, Report& report,
              std::pmr::memory_resource& resource) {
    parameters(element, model.parameters, report, resource);
    if (const auto script = element.child("configure_executable"))
        check(*script, rules::configure_executable, report);
}

Service empty_service(std::pmr::memory_resource& resource) {
    return {.name = Text(&resource),
            .resource = Text(&resource),
            .agent_class = AgentClass::ocf,
            .provider = Text(&resource),
            .type = Text(&resource),
            .monitor_interval = std::nullopt,
            .escalation = {},
            .parameters = List<Parameter>(&resource),
            .utilization = List<Capacity>(&resource),
            .floating = std::nullopt,
            .configures = Text(&resource)};
}

}  // namespace

Service read_service(const xml::Element& element, std::string_view assembly, Report& report,
                     std::pmr::memory_resource& resource) {
    check(element, rules::pinned_service, report);
    Service model = empty_service(resource);
    model.name = element.value("name");
    model.resource.append("rsc_").append(assembly).append("_").append(model.name);
    model.agent_class = agent_class(element);
    model.provider = provider(element, report, resource);
    model.type = element.value("type");
    if (const auto interval = element.attribute("monitor_interval"))
        model.monitor_interval = duration(*interval);
    model.start_timeout = timeout(element, "start_timeout", model.start_timeout);
    model.stop_timeout = timeout(element, "stop_timeout", model.stop_timeout);
    model.monitor_timeout = timeout(element, "monitor_timeout", model.monitor_timeout);
    model.escalation = read_escalation(element, report);
    model.line = element.line();
    contents(element, model, report, resource);
    return model;
}

void read_floating_service(const xml::Element& element, Report& report,
                           std::pmr::memory_resource& resource) {
    check(element, rules::floating_service, report);
    provider(element, report, resource);
    Service model = empty_service(resource);
    contents(element, model, report, resource);
}

}  // namespace cpe::deployable
