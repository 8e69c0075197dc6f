#include "engines/deployment/cib_input.hpp"

#include "engines/deployment/agents.hpp"
#include "engines/deployment/restraint.hpp"

#include <algorithm>
#include <list>

namespace cpe::deployment {
namespace {

/// What the status shows views of; a list, for what is in it must not move.
using AllFacts = std::list<std::optional<RestartFacts>>;

translate::Membership membership_of(const World& w, const AssemblyUnit& a) {
    if (is_left_alone(w, a)) return translate::Membership::online;
    switch (a.life.state()) {
        case Life::State::starting:
        case Life::State::booting: return translate::Membership::booting;
        case Life::State::member: return translate::Membership::online;
        case Life::State::fencing: return translate::Membership::lost;
        case Life::State::unfenced:
            return a.held_outside && a.proven_down ? translate::Membership::down
                                                   : translate::Membership::lost;
        default: return translate::Membership::down;
    }
}

std::string_view class_name(AgentClass agent_class) {
    constexpr std::string_view names[] = {"ocf", "systemd", "lsb"};
    return names[static_cast<int>(agent_class)];
}

/// `facts` must live as long as what is returned.
translate::HistoryEntry shown(const HistoryOp& op, const std::optional<RestartFacts>& facts) {
    translate::HistoryEntry entry{op.operation, op.interval,   op.failure,   op.call_id,
                                  op.rc,        op.target_rc,  op.op_status, op.changed,
                                  op.digest,    op.transition, op.action};
    if (!facts || op.failure || op.interval != Millis{0}) return entry;
    entry.force_restart = facts->force;
    entry.restart_digest = facts->digest;
    return entry;
}

translate::ResourceHistory shown(const World& w, const AssemblyUnit& a,
                                 const NodeHistory::Resource& resource, AllFacts& all_facts) {
    const ServiceUnit& s = w.services[resource.service];
    const Service& model = *s.model;
    translate::ResourceHistory history{
        model.resource, class_name(model.agent_class), model.provider, model.type, {}};
    const Placement* p = s.in(w.index_of(a));
    const auto& facts = all_facts.emplace_back(p ? restart_facts(w, *p) : std::nullopt);
    if (p && p->ran_with) {
        history.agent_class = class_name(p->ran_with->agent_class);
        history.provider = p->ran_with->provider;
        history.type = p->ran_with->type;
    }
    history.entries.reserve(resource.ops.size());
    for (const HistoryOp& op : resource.ops) history.entries.push_back(shown(op, facts));
    return history;
}

translate::ResourceHistory not_there(const World& w, const Placement& p) {
    const Service& model = *w.service_of(p).model;
    translate::HistoryEntry probe;
    probe.operation = "monitor";
    probe.rc = probe.target_rc = ocf::not_running;
    return {model.resource, class_name(model.agent_class), model.provider, model.type, {probe}};
}

/// An instance of a clone that does not start is kept from its place while its pause lasts, and
/// the others go on; any other service is held as a whole.
bool is_banned(const ServiceUnit& s, std::size_t assembly) {
    const Placement* p = s.in(assembly);
    return s.is_clone() && s.held_until && p && p->held;
}

void show_fail_count(const World& w, const AssemblyUnit& a, const FailCount& count,
                     translate::NodeStatus& node) {
    const ServiceUnit& s = w.services[count.service];
    std::string what(s.model->resource);
    what.append("#").append(count.operation).append("_");
    what += std::to_string(count.interval.count());
    node.attributes.emplace_back("fail-count-" + what, is_banned(s, w.index_of(a))
                                                           ? "INFINITY"
                                                           : std::to_string(count.count));
    node.attributes.emplace_back("last-failure-" + what, std::to_string(count.last.ms / 1000));
}

/// Agents would set these by crm_attribute, whose daemon no guest has: the instance that is
/// promoted stays so, and of the others one that has run for a while follows it before one that
/// has just begun. One that a plan has restarted, and meant to be promoted again, is promoted next.
void show_promotion(const World& w, const AssemblyUnit& a, translate::NodeStatus& node) {
    w.each_placement(a, [&](const Placement& p) {
        const ServiceUnit& s = w.service_of(p);
        if (!s.floats() || !s.model->floating->promotable || p.state != ServiceState::running)
            return;
        const char* score = p.promoted || p.to_promote ? "10" : p.watches.empty() ? "5" : "6";
        node.attributes.emplace_back("master-" + std::string(s.model->resource), score);
    });
}

/// What is out of reach and left alone cannot be probed now: what is not known to run there does
/// not.
void fill_gaps(const World& w, const AssemblyUnit& a, translate::NodeStatus& node) {
    if (w.ticks.looks || !is_left_alone(w, a)) return;
    w.each_placement(a, [&](const Placement& p) {
        if (!a.history.knows(p.service)) node.history.push_back(not_there(w, p));
    });
}

translate::NodeStatus shown(const World& w, const AssemblyUnit& a, AllFacts& facts) {
    translate::NodeStatus node;
    node.uuid = a.model->uuid;
    node.name = a.model->name;
    node.membership = membership_of(w, a);
    for (const auto& resource : a.history.resources())
        node.history.push_back(shown(w, a, resource, facts));
    fill_gaps(w, a, node);
    for (const auto& count : a.history.fail_counts()) show_fail_count(w, a, count, node);
    show_promotion(w, a, node);
    if (!a.restart_by.empty()) node.attributes.emplace_back("standby", "on");
    return node;
}

translate::NodeStatus not_made(const Assembly& assembly) {
    translate::NodeStatus node;
    node.uuid = assembly.uuid;
    node.name = assembly.name;
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

/// It may run where nobody has looked yet: in a guest that ran before, or that nobody has proven
/// not to. As long as it is not known to run anywhere it is started nowhere.
bool is_sought(const World& w, const ServiceUnit& s) {
    if (!s.floats() || (s.is_clone() && !s.model->floating->promotable)) return false;
    bool unproven = false;
    for (const Placement& p : s.placements) {
        const AssemblyUnit& a = w.home_of(p);
        const auto life = a.life.state();
        if (life == Life::State::member && p.state != ServiceState::stopped && p.here) return false;
        unproven |=
            !a.proven_down && (life == Life::State::starting || life == Life::State::booting ||
                               life == Life::State::off || is_left_alone(w, a));
    }
    return unproven;
}

namespace {

/// What holds it whatever failed before; `s` is null where it is new.
bool must_wait(const World& w, const Service& model, const ServiceUnit* s) {
    if (model.retired || (s && (is_sought(w, *s) || waits_for_maintenance(w, *s)))) return true;
    return std::any_of(model.parameters.begin(), model.parameters.end(),
                       [&](const Parameter& parameter) {
                           const auto* reference = std::get_if<Reference>(&parameter.value);
                           return reference && resolve(w, *reference).empty();
                       });
}

}  // namespace

bool is_held(const World& w, const ServiceUnit& s) {
    if (s.hard || must_wait(w, *s.model, &s)) return true;
    return s.held_until && *s.held_until > w.now.mono && !s.is_clone();
}

bool is_lost(const World& w, const AssemblyUnit& a) {
    return membership_of(w, a) == translate::Membership::lost;
}

namespace {

/// All that does not depend on the model.
translate::RuntimeValues values_of(const World& w) {
    translate::RuntimeValues values;
    values.stop_all = w.phase != Phase::up && !w.ticks.looks;
    values.looks = w.ticks.looks;
    for (const AssemblyUnit& a : w.assemblies)
        for (const FailCount& count : a.history.fail_counts())
            if (w.services[count.service].floats())
                values.failed.push_back(w.services[count.service].model->resource);
    return values;
}

/// The rest is planned as if it went on as when it was last probed.
void show_maintenance_of(const World& w, const AssemblyUnit& a, translate::RuntimeValues& values) {
    if (!values.looks && in_maintenance(w, a)) values.maintained.push_back(a.model->name);
}

void show_references(const World& w, const Service& model, translate::RuntimeValues& values) {
    for (const Parameter& parameter : model.parameters) {
        const auto* reference = std::get_if<Reference>(&parameter.value);
        if (!reference) continue;
        if (const auto value = resolve(w, *reference); !value.empty())
            values.references.push_back({model.resource, parameter.name, value});
    }
}

}  // namespace

Result<std::string> make_cib(const World& w) {
    auto values = values_of(w);
    for (const ServiceUnit& s : w.services) {
        if (is_held(w, s)) values.held.push_back(s.model->resource);
        show_references(w, *s.model, values);
    }
    std::vector<translate::NodeStatus> nodes;
    nodes.reserve(w.assemblies.size());
    AllFacts facts;
    for (const AssemblyUnit& a : w.assemblies) {
        show_maintenance_of(w, a, values);
        nodes.push_back(shown(w, a, facts));
    }
    return w.configuration.cib(values, nodes, w.settings.transition_uuid);
}

Result<std::string> make_cib(const World& w, const Deployable& next,
                             const translate::Configuration& configuration) {
    auto values = values_of(w);
    const auto show = [&](const Service& service) {
        const auto at = w.service_by_resource.find(service.resource);
        const auto* s = at == w.service_by_resource.end() ? nullptr : &w.services[at->second];
        if (must_wait(w, service, s)) values.held.push_back(service.resource);
        show_references(w, service, values);
    };
    std::vector<translate::NodeStatus> nodes;
    nodes.reserve(next.assemblies.size());
    AllFacts facts;
    for (const Assembly& assembly : next.assemblies) {
        const auto at = w.assembly_by_name.find(assembly.name);
        const bool is_new = at == w.assembly_by_name.end();
        if (!is_new) show_maintenance_of(w, w.assemblies[at->second], values);
        nodes.push_back(is_new ? not_made(assembly) : shown(w, w.assemblies[at->second], facts));
        for (const Service& service : assembly.services) show(service);
    }
    for (const Service& service : next.services) show(service);
    return configuration.cib(values, nodes, w.settings.transition_uuid);
}

}  // namespace cpe::deployment
