#include "engines/policy/graph.hpp"

#include "engines/policy/digest.hpp"
#include "engines/policy/xml_walk.hpp"

#include <crm/crm.h>
#include <crm_config.h>

#include <charconv>
#include <cstdlib>
#include <memory>

namespace cpe::policy {
namespace {

constexpr std::string_view meta_prefix = "CRM_meta_";

/// A number that starts `text`, or `otherwise`.
int number(std::string_view text, int otherwise) {
    int value = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

/// Pacemaker's forms: "60s", "2min", "1500ms", "PT1M", a bare number of seconds.
Millis span_of(std::string_view text, Millis otherwise) {
    if (text.empty()) return otherwise;
    const auto ms = crm_get_msec(std::string(text).c_str());
    return ms < 0 ? otherwise : Millis{ms};
}

GraphAction::Kind kind_of(const xmlNode& node) {
    if (is_element(node, "rsc_op")) return GraphAction::Kind::rsc;
    if (is_element(node, "pseudo_event")) return GraphAction::Kind::pseudo;
    return attribute(node, "operation") == "stonith" ? GraphAction::Kind::fence
                                                     : GraphAction::Kind::crm;
}

void read_attributes(const xmlNode& attributes, GraphAction& action) {
    for_each_parameter(attributes, [&](std::string_view name, const char* value) {
        if (name.starts_with(meta_prefix))
            action.meta.emplace(name.substr(meta_prefix.size()), value);
        else
            action.parameters.emplace(name, value);
    });
}

/// What CRM_meta_* says; both times are bare milliseconds.
void read_meta(GraphAction& action) {
    const auto get = [&](const char* name) -> std::string_view {
        const auto found = action.meta.find(name);
        return found == action.meta.end() ? std::string_view{} : found->second;
    };
    action.interval = Millis{number(get("interval"), 0)};
    action.timeout = Millis{number(get("timeout"), 0)};
    action.target_rc_given = !get("op_target_rc").empty();
    action.target_rc = number(get("op_target_rc"), 0);
}

void read_primitive(const xmlNode& primitive, GraphAction& action) {
    action.resource = attribute(primitive, "id");
    action.long_id = attribute(primitive, "long-id");
    action.agent_class = attribute(primitive, "class");
    action.agent_provider = attribute(primitive, "provider");
    action.agent_type = attribute(primitive, "type");
}

/// Pseudo events name their resource in the operation key alone.
std::string resource_in_key(const std::string& key) {
    char* resource = nullptr;
    guint interval = 0;
    if (!parse_op_key(key.c_str(), &resource, nullptr, &interval)) return {};
    const std::unique_ptr<char, decltype(&std::free)> owned{resource, &std::free};
    return resource ? resource : "";
}

GraphAction read_action(const xmlNode& node) {
    GraphAction action;
    action.id = number(attribute(node, "id"), 0);
    action.kind = kind_of(node);
    action.operation = attribute(node, "operation");
    action.operation_key = attribute(node, "operation_key");
    action.node = attribute(node, "on_node");
    action.node_uuid = attribute(node, "on_node_uuid");
    if (const auto* primitive = child(node, "primitive"))
        read_primitive(*primitive, action);
    else if (action.kind == GraphAction::Kind::pseudo)
        action.resource = resource_in_key(action.operation_key);
    if (const auto* attributes = child(node, "attributes")) {
        read_attributes(*attributes, action);
        read_meta(action);
        if (action.kind == GraphAction::Kind::rsc) action.digest = operation_digest(*attributes);
    }
    return action;
}

Synapse read_synapse(const xmlNode& node) {
    Synapse synapse;
    synapse.id = number(attribute(node, "id"), 0);
    synapse.priority = number(attribute(node, "priority"), 0);
    for_each_child(child(node, "action_set"),
                   [&](const xmlNode& action) { synapse.actions.push_back(read_action(action)); });
    for_each_child(child(node, "inputs"), [&](const xmlNode& trigger) {
        for_each_child(&trigger, [&](const xmlNode& action) {
            synapse.inputs.push_back(number(attribute(action, "id"), 0));
        });
    });
    return synapse;
}

}  // namespace

Result<TransitionGraph> read_graph(const xmlNode& node) {
    if (!is_element(node, "transition_graph"))
        return Error{Errc::internal, "the scheduler returned no transition graph", "", ""};
    TransitionGraph graph;
    graph.batch_limit = number(attribute(node, "batch-limit"), 0);
    graph.cluster_delay = span_of(attribute(node, "cluster-delay"), graph.cluster_delay);
    graph.stonith_timeout = span_of(attribute(node, "stonith-timeout"), graph.stonith_timeout);
    graph.failed_start_is_fatal = attribute(node, "failed-start-offset") == "INFINITY";
    for_each_child(&node, [&](const xmlNode& synapse) {
        if (is_element(synapse, "synapse")) graph.synapses.push_back(read_synapse(synapse));
    });
    return graph;
}

}  // namespace cpe::policy
