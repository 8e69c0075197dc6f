#include "engines/deployable/vocabulary.hpp"

#include "engines/deployable/values.hpp"

#include <algorithm>
#include <string>

namespace cpe::deployable {
namespace {

bool is_class(std::string_view text) {
    return text == "ocf" || text == "systemd" || text == "lsb";
}
bool is_duration(std::string_view text) {
    return duration(text).has_value();
}
bool is_scalar(std::string_view text) {
    return text == "scalar";
}
bool is_attribute(std::string_view text) {
    return text == "ipaddress" || text == "hostname";
}

constexpr std::string_view name_form = "1-64 of A-Z a-z 0-9 . _ -, and not only dots";
constexpr std::string_view identity_form = "1-64 characters in one line";
constexpr std::string_view label_form = "at most 255 characters";
constexpr std::string_view address_form =
    "an IP address or a host name: 1-255 of A-Z a-z 0-9 . : _ -";
constexpr std::string_view type_form = "the agent's name, as in Dummy, apache2 or nginx.service";
constexpr std::string_view duration_form = "seconds, or as in 500ms, 10s, 2min, 1h, PT10S";
constexpr std::string_view parameter_form =
    "1-64 of A-Z a-z 0-9 . _ -, beginning with a letter or _";
constexpr std::string_view names_form = "names of assemblies, separated by spaces";
constexpr std::string_view capacity_form = "as in \"cpu=2 memory=512\"";
constexpr std::string_view count_form = "a whole number, at most 999999999";

using enum Use;

constexpr AttributeRule deployable_attributes[] = {
    {"name", required, is_name, name_form},
    {"uuid", required, is_identity, identity_form},
    {"monitor", optional, is_name, "agent or ssh"},
    {"username", optional, is_label, label_form},
    {"provider", optional, is_name, name_form},
    {"providers", optional, is_name_list, "names of instance providers, separated by spaces"},
    {"escalation_failures"},
    {"escalation_period"},
};

constexpr AttributeRule assembly_attributes[] = {
    {"name", required, is_name, name_form},
    {"uuid", required, is_identity, identity_form},
    {"image", optional, is_label, label_form},
    {"flavor", optional, is_label, label_form},
    {"address", optional, is_address, address_form},
    {"port", optional, is_port, "1-65535"},
    {"provider", optional, is_name, name_form},
    {"rebuild", optional, is_boolean, "true or false", true},
    {"escalation_failures"},
    {"escalation_period"},
    {"utilization", optional, is_capacity_list, capacity_form},
};

constexpr AttributeRule pinned_service_attributes[] = {
    {"name", required, is_name, name_form},
    {"class", required, is_class, "ocf, systemd or lsb", true},
    {"provider"},
    {"type", required, is_agent_type, type_form},
    {"monitor_interval", optional, is_duration, duration_form},
    {"start_timeout", optional, is_duration, duration_form},
    {"stop_timeout", optional, is_duration, duration_form},
    {"monitor_timeout", optional, is_duration, duration_form},
    {"escalation_failures"},
    {"escalation_period"},
    {"utilization", optional, is_capacity_list, capacity_form},
};

constexpr AttributeRule floating_service_attributes[] = {
    {"name", required, is_name, name_form},
    {"class", required, is_class, "ocf, systemd or lsb", true},
    {"provider"},
    {"type", required, is_agent_type, type_form},
    {"monitor_interval", optional, is_duration, duration_form},
    {"start_timeout", optional, is_duration, duration_form},
    {"stop_timeout", optional, is_duration, duration_form},
    {"monitor_timeout", optional, is_duration, duration_form},
    {"escalation_failures"},
    {"escalation_period"},
    {"utilization", optional, is_capacity_list, capacity_form},
    {"prefer", optional, is_name_list, names_form},
    {"instances", optional, is_count, count_form},
    {"promotable", optional, is_boolean, "true or false", true},
    {"stickiness", optional, is_stickiness, "a whole number, or INFINITY"},
    {"migration_threshold", optional, is_count, count_form},
    {"failure_timeout", optional, is_duration, duration_form},
};

constexpr AttributeRule configure_attributes[] = {
    {"url", required, is_script_url, "file:///..., http://... or https://..., without spaces"}};
constexpr AttributeRule parameter_attributes[] = {
    {"name", required, is_parameter_name, parameter_form},
    {"type", optional, is_scalar, "scalar", true},
    {"value"},
};
constexpr AttributeRule reference_attributes[] = {
    {"assembly", required, is_name, name_form},
    {"parameter", required, is_attribute, "ipaddress or hostname", true},
};
constexpr AttributeRule dependency_attributes[] = {
    {"id", required, is_identity, identity_form},
    {"first", required, is_label, "a resource id, as in rsc_ASSEMBLY_SERVICE"},
    {"then", required, is_label, "a resource id, as in rsc_ASSEMBLY_SERVICE"},
};

constexpr ChildRule deployable_children[] = {
    {"assemblies"}, {"services"}, {"constraints"}, {"policy", false, later}};
constexpr ChildRule assemblies_children[] = {{"assembly", true}};
constexpr ChildRule assembly_children[] = {{"services"}};
constexpr ChildRule services_children[] = {{"service", true}};
constexpr ChildRule service_children[] = {{"parameters"}, {"paramaters"}, {"configure_executable"}};
constexpr ChildRule floating_service_children[] = {
    {"parameters"}, {"paramaters"}, {"configure_executable", false, later}};
constexpr ChildRule parameters_children[] = {{"parameter", true}, {"paramater", true}};
constexpr ChildRule parameter_children[] = {{"value"}, {"reference"}};
constexpr ChildRule constraints_children[] = {
    {"service_dependancy", true}, {"service_dependency", true}, {"rsc_location", true},
    {"rsc_colocation", true},     {"rsc_order", true},          {"rsc_ticket", true, later}};
constexpr ChildRule policy_children[] = {
    {"resources"}, {"constraints"}, {"rsc_defaults"}, {"op_defaults"}, {"crm_config"}};

template <class Rules>
std::string names_of(const Rules& rules) {
    std::string names;
    for (const auto& rule : rules) names += (names.empty() ? "" : ", ") + std::string(rule.name);
    return names.empty() ? "it has none" : names;
}

template <class Rules>
auto find(const Rules& rules, std::string_view name) {
    return std::find_if(rules.begin(), rules.end(),
                        [&](const auto& rule) { return rule.name == name; });
}

void check_value(const xml::Element& element, const AttributeRule& rule, Report& report) {
    const auto value = element.attribute(rule.name);
    if (!value) {
        if (rule.use == required)
            report.invalid(element, std::string(rule.name) + " is missing",
                           std::string(rule.right));
        return;
    }
    if (rule.valid && !rule.valid(*value))
        report.invalid(element,
                       (rule.word ? "unknown " : "") + std::string(rule.name) + " " +
                           quoted(*value) + (rule.word ? "" : " is not valid"),
                       std::string(rule.right));
    else if (rule.use == later)
        report.unsupported(where(element), std::string(rule.name) + "=" + quoted(*value));
}

void check_attributes(const xml::Element& element, const ElementRule& rule, Report& report) {
    element.each_attribute([&](std::string_view name, bool in_namespace) {
        if (in_namespace || find(rule.attributes, name) == rule.attributes.end())
            report.invalid(element, "unknown attribute " + quoted(name) + " of " + tag(element),
                           names_of(rule.attributes));
    });
    for (const auto& attribute : rule.attributes) check_value(element, attribute, report);
}

void check_children(const xml::Element& element, const ElementRule& rule, Report& report) {
    std::vector<std::string_view> seen;
    const auto refuse = [&](const xml::Element& child, std::string what, std::string hint) {
        report.fail({Errc::invalid_input, std::move(what), where_child(child), std::move(hint)});
    };
    element.each_child([&](const xml::Element& child) {
        const auto known = find(rule.children, child.name());
        if (child.in_namespace() || known == rule.children.end())
            return refuse(child, tag(child) + " is unknown inside " + tag(element),
                          names_of(rule.children));
        if (known->use == later) report.unsupported(where_child(child), tag(child));
        if (known->many) return;
        if (std::find(seen.begin(), seen.end(), known->name) != seen.end())
            refuse(child, "a second " + tag(child) + " in " + tag(element), "there may be one");
        seen.push_back(known->name);
    });
}

}  // namespace

namespace rules {
const ElementRule deployable{deployable_attributes, deployable_children};
const ElementRule assemblies{{}, assemblies_children};
const ElementRule assembly{assembly_attributes, assembly_children};
const ElementRule pinned_services{{}, services_children};
const ElementRule pinned_service{pinned_service_attributes, service_children};
const ElementRule floating_services{{}, services_children};
const ElementRule floating_service{floating_service_attributes, floating_service_children};
const ElementRule configure_executable{configure_attributes, {}};
const ElementRule parameters{{}, parameters_children};
const ElementRule parameter{parameter_attributes, parameter_children};
const ElementRule value{{}, {}, true};
const ElementRule reference{reference_attributes, {}};
const ElementRule constraints{{}, constraints_children};
const ElementRule service_dependency{dependency_attributes, {}};
const ElementRule policy{{}, policy_children};
}  // namespace rules

void check(const xml::Element& element, const ElementRule& rule, Report& report) {
    if (report.error()) return;
    check_attributes(element, rule, report);
    check_children(element, rule, report);
    if (!rule.text && element.has_text())
        report.invalid(element, "text inside " + tag(element),
                       "values stand in attributes, or in <value>");
}

}  // namespace cpe::deployable
