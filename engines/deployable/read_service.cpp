#include "engines/deployable/copy.hpp"
#include "engines/deployable/read.hpp"
#include "engines/deployable/values.hpp"
#include "engines/deployable/vocabulary.hpp"

#include <string>
#include <utility>

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

/// What pinned and floating services share: all but the name of the resource.
Service common(const xml::Element& element, Report& report, std::pmr::memory_resource& resource) {
    Service model = empty_service(resource);
    model.name = element.value("name");
    model.agent_class = agent_class(element);
    model.provider = provider(element, report, resource);
    model.type = element.value("type");
    if (const auto interval = element.attribute("monitor_interval"))
        model.monitor_interval = duration(*interval);
    model.start_timeout = timeout(element, "start_timeout", model.start_timeout);
    model.stop_timeout = timeout(element, "stop_timeout", model.stop_timeout);
    model.monitor_timeout = timeout(element, "monitor_timeout", model.monitor_timeout);
    model.escalation = read_escalation(element, report);
    model.utilization = read_capacity(element, resource);
    model.line = element.line();
    parameters(element, model.parameters, report, resource);
    return model;
}

/// `script_runner` fetches and runs what configures `service`: it is given the same parameters, and
/// as much time as its service has to start.
Service script_of(const Service& service, std::string_view assembly, std::string_view url,
                  std::pmr::memory_resource& resource) {
    const Service defaults = empty_service(resource);
    Service script = copy(service, resource);
    script.name.insert(0, "cfg_");
    (script.resource = "cfg_").append(assembly).append("_").append(service.name);
    script.agent_class = AgentClass::ocf;
    script.provider = "cpe";
    script.type = "script_runner";
    script.monitor_interval.reset();
    script.stop_timeout = defaults.stop_timeout;
    script.monitor_timeout = defaults.monitor_timeout;
    script.utilization.clear();
    script.configures = service.resource;
    script.parameters.insert(script.parameters.begin(),
                             Parameter{Text("url", &resource), Text(url, &resource)});
    return script;
}

std::uint32_t count(const xml::Element& element, std::string_view name, std::uint32_t otherwise) {
    const auto text = element.attribute(name);
    const auto number = text ? whole_number(*text) : std::nullopt;
    return number ? static_cast<std::uint32_t>(*number) : otherwise;
}

}  // namespace

void read_pinned_service(const xml::Element& element, std::string_view assembly,
                         List<Service>& list, Report& report, std::pmr::memory_resource& resource) {
    check(element, rules::pinned_service, report);
    Service model = common(element, report, resource);
    model.resource.append("rsc_").append(assembly).append("_").append(model.name);
    if (const auto script = element.child("configure_executable")) {
        check(*script, rules::configure_executable, report);
        list.push_back(script_of(model, assembly, script->value("url"), resource));
    }
    list.push_back(std::move(model));
}

Service read_floating_service(const xml::Element& element, Report& report,
                              std::pmr::memory_resource& resource) {
    check(element, rules::floating_service, report);
    if (const auto script = element.child("configure_executable"))
        check(*script, rules::configure_executable, report);
    Service model = common(element, report, resource);
    model.resource.append("rsc_").append(model.name);
    Floating floating{.prefer = read_names(element, "prefer", resource),
                      .instances = count(element, "instances", 1),
                      .promotable = element.value("promotable") == "true",
                      .stickiness = std::nullopt,
                      .migration_threshold = std::nullopt,
                      .failure_timeout = std::nullopt};
    if (const auto stickiness = element.attribute("stickiness"))
        floating.stickiness =
            *stickiness == "INFINITY"
                ? infinity
                : static_cast<std::int32_t>(whole_number(*stickiness).value_or(0));
    if (element.attribute("migration_threshold"))
        floating.migration_threshold = count(element, "migration_threshold", 0);
    if (const auto forgotten = element.attribute("failure_timeout"))
        floating.failure_timeout = duration(*forgotten);
    model.floating = std::move(floating);
    return model;
}

}  // namespace cpe::deployable
