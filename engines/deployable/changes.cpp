#include "engines/deployable/changes.hpp"

#include "engines/deployable/values.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace cpe::deployable {
namespace {

std::string told(const Text& text) {
    return text.empty() ? "none" : std::string(text);
}
std::string told(bool flag) {
    return flag ? "true" : "false";
}
std::string told(Millis time) {
    return to_text(time);
}
std::string told(std::uint32_t number) {
    return std::to_string(number);
}
std::string told(std::int32_t number) {
    return std::to_string(number);
}
std::string told(AgentClass agent_class) {
    constexpr const char* names[] = {"ocf", "systemd", "lsb"};
    return names[static_cast<int>(agent_class)];
}
template <class T>
std::string told(const std::optional<T>& value) {
    return value ? told(*value) : "none";
}
std::string told(const Escalation& escalation) {
    if (!escalation.enabled()) return "never";
    return told(escalation.failures) + " in " + told(escalation.period);
}
std::string told(const List<Text>& list) {
    std::string text;
    for (const Text& each : list) text.append(text.empty() ? "" : " ").append(each);
    return text.empty() ? "none" : text;
}
std::string told(const List<Capacity>& list) {
    std::string text;
    for (const Capacity& each : list) {
        text.append(text.empty() ? "" : " ").append(each.name).append("=");
        text += std::to_string(each.amount);
    }
    return text.empty() ? "none" : text;
}

class Changes {
public:
    template <class T>
    Changes& look(const char* name, const T& old, const T& fresh) {
        std::string was = told(old), is = told(fresh);
        if (was != is) list_.push_back(name + (" " + was) + " -> " + is);
        return *this;
    }
    void add(std::string change) { list_.push_back(std::move(change)); }
    std::vector<std::string> take() { return std::move(list_); }

private:
    std::vector<std::string> list_;
};

bool same_value(const Parameter& a, const Parameter& b) {
    const auto* text = std::get_if<Text>(&a.value);
    const auto* other = std::get_if<Text>(&b.value);
    if (text && other) return *text == *other;
    if (text || other) return false;
    const auto& reference = std::get<Reference>(a.value);
    const auto& second = std::get<Reference>(b.value);
    return reference.assembly == second.assembly && reference.attribute == second.attribute;
}

using ByName = std::unordered_map<std::string_view, const Parameter*>;

ByName by_name(const Service& service) {
    ByName names;
    for (const Parameter& parameter : service.parameters) names.emplace(parameter.name, &parameter);
    return names;
}

void look_at_parameters(Changes& changes, const Service& old, const Service& fresh) {
    const ByName was = by_name(old), is = by_name(fresh);
    for (const Parameter& parameter : old.parameters)
        if (!is.contains(parameter.name))
            changes.add("parameter " + std::string(parameter.name) + " removed");
    for (const Parameter& parameter : fresh.parameters) {
        const auto before = was.find(parameter.name);
        const std::string name = "parameter " + std::string(parameter.name);
        if (before == was.end())
            changes.add(name + " added");
        else if (!same_value(*before->second, parameter))
            changes.add(name);
    }
}

void look_at_floating(Changes& changes, const std::optional<Floating>& old,
                      const std::optional<Floating>& fresh) {
    if (!old || !fresh) return;  // pinned and floating services have other resource ids
    changes.look("prefer", old->prefer, fresh->prefer)
        .look("instances", old->instances, fresh->instances)
        .look("promotable", old->promotable, fresh->promotable)
        .look("stickiness", old->stickiness, fresh->stickiness)
        .look("migration_threshold", old->migration_threshold, fresh->migration_threshold)
        .look("failure_timeout", old->failure_timeout, fresh->failure_timeout);
}

}  // namespace

std::vector<std::string> changes_of_head(const Deployable& old, const Deployable& fresh) {
    Changes changes;
    changes.look("username", old.username, fresh.username)
        .look("provider", old.provider, fresh.provider)
        .look("providers", old.providers, fresh.providers)
        .look("escalation", old.escalation, fresh.escalation);
    return changes.take();
}

std::vector<std::string> changes_of(const Assembly& old, const Assembly& fresh) {
    Changes changes;
    changes.look("image", old.image, fresh.image)
        .look("flavor", old.flavor, fresh.flavor)
        .look("provider", old.provider, fresh.provider)
        .look("rebuild", old.rebuild, fresh.rebuild)
        .look("escalation", old.escalation, fresh.escalation)
        .look("utilization", old.utilization, fresh.utilization);
    return changes.take();
}

std::vector<std::string> changes_of(const Service& old, const Service& fresh) {
    Changes changes;
    changes.look("class", old.agent_class, fresh.agent_class)
        .look("provider", old.provider, fresh.provider)
        .look("type", old.type, fresh.type)
        .look("monitor_interval", old.monitor_interval, fresh.monitor_interval)
        .look("start_timeout", old.start_timeout, fresh.start_timeout)
        .look("stop_timeout", old.stop_timeout, fresh.stop_timeout)
        .look("monitor_timeout", old.monitor_timeout, fresh.monitor_timeout)
        .look("escalation", old.escalation, fresh.escalation)
        .look("utilization", old.utilization, fresh.utilization);
    look_at_floating(changes, old.floating, fresh.floating);
    look_at_parameters(changes, old, fresh);
    return changes.take();
}

std::vector<std::string> changes_of_script(const Service& old, const Service& fresh) {
    const ByName was = by_name(old), is = by_name(fresh);
    const auto before = was.find("url"), now = is.find("url");
    if (before == was.end() || now == is.end() || same_value(*before->second, *now->second))
        return {};
    return {"url"};
}

bool same_parameters(const Service& old, const Service& fresh) {
    Changes changes;
    look_at_parameters(changes, old, fresh);
    return changes.take().empty();
}

bool same_agent(const Service& old, const Service& fresh) {
    return old.agent_class == fresh.agent_class && old.provider == fresh.provider &&
           old.type == fresh.type;
}

}  // namespace cpe::deployable
