// Three assemblies and what is observed of them, told in words: for situations of what moves.
#pragma once

#include "engines/translate/cib.hpp"
#include "engines/translate/parameter_digest.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cpe::test {

using namespace cpe::translate;

inline constexpr WallTime then{1'700'000'000'000};
inline constexpr int running = 0, not_running = 7, running_promoted = 8, failed_promoted = 9;

inline std::string start_digest(const ParameterList& parameters) {
    return parameter_digest(parameters);
}
inline std::string monitor_digest(ParameterList parameters) {
    parameters.emplace_back("CRM_meta_timeout", "20000");
    return parameter_digest(std::move(parameters));
}

/// Three assemblies of which all are members, and nothing runs.
class Cluster {
public:
    Cluster() {
        for (const char* name : {"a", "b", "c"})
            nodes[name] = {"", name, Membership::online, {}, {}};
        nodes["a"].uuid = "u-a";
        nodes["b"].uuid = "u-b";
        nodes["c"].uuid = "u-c";
    }

    Cluster& absent(std::string_view node, std::string_view resource) {
        return add(node, resource, entry("monitor", 0, not_running, not_running, resource));
    }
    /// Looked for everywhere, not there.
    Cluster& absent(std::string_view resource) {
        for (const char* node : {"a", "b", "c"}) absent(node, resource);
        return *this;
    }
    Cluster& runs(std::string_view node, std::string_view resource) {
        forget(node, resource);
        add(node, resource, entry("start", 0, running, running, resource));
        return add(node, resource, entry("monitor", 2000, running, running, resource));
    }
    /// Started once, without a recurring monitor.
    Cluster& started(std::string_view node, std::string_view resource) {
        forget(node, resource);
        return add(node, resource, entry("start", 0, running, running, resource));
    }
    Cluster& promoted(std::string_view node, std::string_view resource) {
        forget(node, resource);
        add(node, resource, entry("promote", 0, running, running, resource));
        return add(node, resource,
                   entry("monitor", 2001, running_promoted, running_promoted, resource));
    }
    Cluster& fails(std::string_view node, std::string_view resource, int rc, const char* count,
                   Millis interval = Millis{2000}) {
        auto failed = entry("monitor", interval.count(), rc, running, resource);
        failed.failure = true;
        failed.call_id = 90;
        add(node, resource, failed);
        const std::string what =
            std::string(resource) + "#monitor_" + std::to_string(interval.count());
        attribute(node, "fail-count-" + what, count);
        attribute(node, "last-failure-" + what, "1700000000");
        values.failed.push_back(resource);
        return *this;
    }
    Cluster& attribute(std::string_view node, const std::string& name, const std::string& value) {
        at(node).attributes.emplace_back(name, value);
        return *this;
    }
    Cluster& member(std::string_view node, Membership membership) {
        at(node).membership = membership;
        return *this;
    }
    /// Fenced, or booted anew: nothing is known of it.
    Cluster& blank(std::string_view node, Membership membership) {
        at(node).history.clear();
        at(node).attributes.clear();
        return member(node, membership);
    }

    NodeStatus& at(std::string_view node) { return nodes.find(node)->second; }
    std::vector<NodeStatus> list(std::size_t count) const {
        std::vector<NodeStatus> result;
        for (const auto& [name, node] : nodes)
            if (result.size() < count) result.push_back(node);
        return result;
    }

    RuntimeValues values{.references = {}, .held = {}};
    std::map<std::string, ParameterList, std::less<>> parameters;  ///< as it was started

private:
    HistoryEntry entry(const char* operation, std::int64_t interval, int rc, int target,
                       std::string_view resource) {
        const auto& with = parameters[std::string(resource)];
        digests_.push_back(std::make_unique<std::string>(interval == 0 ? start_digest(with)
                                                                       : monitor_digest(with)));
        return {.operation = operation,
                .interval = Millis{interval},
                .call_id = ++calls_,
                .rc = rc,
                .target_rc = target,
                .changed = then,
                .digest = *digests_.back(),
                .transition = 1,
                .action = calls_};
    }
    void forget(std::string_view node, std::string_view resource) {
        std::erase_if(at(node).history, [&](const auto& it) { return it.resource == resource; });
    }
    Cluster& add(std::string_view node, std::string_view resource, HistoryEntry entry) {
        auto& history = at(node).history;
        for (auto& known : history)
            if (known.resource == resource) return known.entries.push_back(entry), *this;
        history.push_back(agent_of(resource));
        history.back().entries.push_back(entry);
        return *this;
    }
    static ResourceHistory agent_of(std::string_view resource) {
        if (resource == "rsc_db") return {resource, "ocf", "pacemaker", "Stateful", {}};
        if (resource == "rsc_b_web") return {resource, "lsb", "", "web", {}};
        if (resource == "cfg_b_web") return {resource, "ocf", "cpe", "script_runner", {}};
        return {resource, "ocf", "heartbeat", "Dummy", {}};
    }

    std::map<std::string, NodeStatus, std::less<>> nodes;
    std::vector<std::unique_ptr<std::string>> digests_;
    int calls_ = 10;
};

}  // namespace cpe::test
