#include "engines/deployment/cib_input.hpp"

#include <algorithm>

namespace cpe::deployment {
namespace {

translate::Membership membership_of(const AssemblyUnit& a) {
    switch (a.life.state()) {
        case Life::State::starting:
        case Life::State::booting: return translate::Membership::booting;
        case Life::State::member: return translate::Membership::online;
        case Life::State::fencing:
        case Life::State::unfenced: return translate::Membership::lost;
        default: return translate::Membership::down;
    }
}

std::string_view class_name(AgentClass agent_class) {
    constexpr std::string_view names[] = {"ocf", "systemd", "lsb"};
    return names[static_cast<int>(agent_class)];
}

translate::ResourceHistory shown(const World& w, const NodeHistory::Resource& resource) {
    const Service& model = *w.services[resource.service].model;
    translate::ResourceHistory history{
        model.resource, class_name(model.agent_class), model.provider, model.type, {}};
    history.entries.reserve(resource.ops.size());
    for (const HistoryOp& op : resource.ops)
        history.entries.push_back({op.operation, op.interval, op.failure, op.call_id, op.rc,
                                   op.target_rc, op.op_status, op.changed, op.digest, op.transition,
                                   op.action});
    return history;
}

void show_fail_count(const World& w, const FailCount& count, translate::NodeStatus& node) {
    std::string what(w.services[count.service].model->resource);
    what.append("#").append(count.operation).append("_");
    what += std::to_string(count.interval.count());
    node.attributes.emplace_back("fail-count-" + what, std::to_string(count.count));
    node.attributes.emplace_back("last-failure-" + what, std::to_string(count.last.ms / 1000));
}

translate::NodeStatus shown(const World& w, const AssemblyUnit& a) {
    translate::NodeStatus node;
    node.uuid = a.model->uuid;
    node.name = a.model->name;
    node.membership = membership_of(a);
    for (const auto& resource : a.history.resources()) node.history.push_back(shown(w, resource));
    for (const auto& count : a.history.fail_counts()) show_fail_count(w, count, node);
    return node;
}

}  // namespace

std::string_view resolve(const World& w, const Reference& reference) {
    const auto at = w.assembly_by_name.find(reference.assembly);
    if (at == w.assembly_by_name.end()) return {};
    const InstanceReport& instance = w.assemblies[at->second].instance;
    return reference.attribute == Reference::Attribute::ipaddress ? instance.address
                                                                  : instance.hostname;
}

bool is_held(const World& w, const ServiceUnit& s) {
    if (s.hard || (s.held_until && *s.held_until > w.now.mono)) return true;
    return std::any_of(s.model->parameters.begin(), s.model->parameters.end(),
                       [&](const Parameter& parameter) {
                           const auto* reference = std::get_if<Reference>(&parameter.value);
                           return reference && resolve(w, *reference).empty();
                       });
}

bool is_lost(const AssemblyUnit& a) {
    return membership_of(a) == translate::Membership::lost;
}

Result<std::string> make_cib(const World& w) {
    translate::RuntimeValues values;
    values.stop_all = w.phase != Phase::up;
    for (const ServiceUnit& s : w.services) {
        if (is_held(w, s)) values.held.push_back(s.model->resource);
        for (const Parameter& parameter : s.model->parameters) {
            const auto* reference = std::get_if<Reference>(&parameter.value);
            if (!reference) continue;
            if (const auto value = resolve(w, *reference); !value.empty())
                values.references.push_back({s.model->resource, parameter.name, value});
        }
    }
    std::vector<translate::NodeStatus> nodes;
    nodes.reserve(w.assemblies.size());
    for (const AssemblyUnit& a : w.assemblies) nodes.push_back(shown(w, a));
    return w.configuration.cib(values, nodes, w.settings.transition_uuid);
}

}  // namespace cpe::deployment
