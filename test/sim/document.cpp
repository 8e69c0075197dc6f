#include "test/sim/document.hpp"

namespace cpe::sim {
namespace {

std::string ms(Millis span) {
    return std::to_string(span.count()) + "ms";
}

std::string attribute(const std::string& name, const std::string& value) {
    return " " + name + "=\"" + value + "\"";
}

std::string attributes_of(const Limit& limit) {
    if (!limit.failures) return {};
    return attribute("escalation_failures", std::to_string(*limit.failures)) +
           attribute("escalation_period", std::to_string(limit.period.count() / 1000));
}

std::string floating_attributes(const ServicePlan& s) {
    std::string text;
    if (!s.prefer.empty()) text += attribute("prefer", s.prefer);
    if (s.instances > 1) text += attribute("instances", std::to_string(s.instances));
    if (s.promotable) text += attribute("promotable", "true");
    if (s.migration_threshold > 0)
        text += attribute("migration_threshold", std::to_string(s.migration_threshold));
    if (s.failure_timeout_s > 0)
        text += attribute("failure_timeout", std::to_string(s.failure_timeout_s) + "s");
    if (s.moves_back) text += attribute("stickiness", "0");
    return text;
}

std::string parameters_of(const ServicePlan& s) {
    std::string text;
    if (s.value != 0)
        text += "<parameter" + attribute("name", "fake") +
                attribute("value", std::to_string(s.value)) + "/>";
    if (!s.refers_to.empty())
        text += "<parameter name=\"peer\"><reference" + attribute("assembly", s.refers_to) +
                attribute("parameter", "ipaddress") + "/></parameter>";
    return text.empty() ? text : "<parameters>" + text + "</parameters>";
}

std::string render(const ServicePlan& s) {
    const bool pacemaker = s.promotable || s.reloads;
    std::string text = "<service" + attribute("name", s.name) + attribute("class", "ocf") +
                       attribute("provider", pacemaker ? "pacemaker" : "heartbeat") +
                       attribute("type", s.promotable ? "Stateful" : "Dummy") +
                       attribute("monitor_interval", ms(s.interval)) +
                       attribute("start_timeout", ms(s.start_timeout)) +
                       attribute("stop_timeout", ms(s.stop_timeout)) +
                       attribute("monitor_timeout", ms(s.monitor_timeout)) +
                       attributes_of(s.escalation) + floating_attributes(s) + ">";
    if (s.has_script) text += "<configure_executable url=\"file:///opt/configure\"/>";
    return text + parameters_of(s) + "</service>\n";
}

std::string services_in(const Plan& plan, const std::string& assembly) {
    std::string text;
    for (const auto& service : plan.services)
        if (service.assembly == assembly) text += render(service);
    return text.empty() ? text : "<services>\n" + text + "</services>\n";
}

}  // namespace

std::string document_of(const Plan& plan) {
    std::string text = "<deployable" + attribute("name", plan.key.name) +
                       attribute("uuid", plan.key.tenant + "-" + plan.key.name) +
                       attributes_of(plan.escalation) +
                       (plan.relocates ? attribute("providers", "cloud metal") : "") + ">\n";
    text += services_in(plan, {}) + "<assemblies>\n";
    for (const AssemblyPlan& a : plan.assemblies) {
        text += "<assembly" + attribute("name", a.name) + attribute("uuid", "u-" + a.name) +
                attributes_of(a.escalation);
        if (!a.provider.empty()) text += attribute("provider", a.provider);
        if (a.rebuild) text += attribute("rebuild", "true");
        text += ">" + services_in(plan, a.name) + "</assembly>\n";
    }
    text += "</assemblies>\n<constraints>\n";
    std::size_t number = 0;
    for (const auto& [first, then] : plan.orders)
        text += "<service_dependency" + attribute("id", "o" + std::to_string(++number)) +
                attribute("first", first) + attribute("then", then) + "/>\n";
    for (const auto& constraint : plan.constraints) text += constraint + "\n";
    return text + "</constraints>\n</deployable>\n";
}

}  // namespace cpe::sim
