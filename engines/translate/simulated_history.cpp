#include "engines/translate/simulated_history.hpp"

#include "engines/translate/feature_set.hpp"
#include "engines/translate/tree.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

namespace cpe::translate {
namespace {

/// What crm_simulate writes where no transition has a name.
constexpr std::string_view no_transition = ":-1:";
constexpr std::string_view no_uuid = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

bool is_migration(const std::string& operation) {
    return operation == "migrate_to" || operation == "migrate_from";
}

/// A reload that went well counts as a start: the parameters of today are in force.
std::string recorded_operation(const GraphAction& action) {
    const bool reloads = action.operation == "reload" || action.operation == "reload-agent";
    return reloads ? "start" : action.operation;
}

std::string key_of(const GraphAction& action, const std::string& operation) {
    return action.resource + "_" + operation + "_" + std::to_string(action.interval.count());
}

std::string entry_id(const GraphAction& action, const std::string& key) {
    if (action.operation == "notify")
        return action.resource + "_" + meta(action, "notify_type") + "_notify_" +
               meta(action, "notify_operation") + "_0";
    // A migration's two ends and recurring monitors have places of their own.
    if (is_migration(action.operation) || action.interval.count() > 0) return key;
    return action.resource + "_last_0";
}

std::int64_t number(const std::string& text) {
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

/// Greater than that of everything that was ever done with the resource there.
std::int64_t next_call(const xmlNode& resource) {
    std::int64_t last = 0;
    for (const xmlNode* at = resource.children; at; at = at->next)
        if (tree::is(*at, "lrm_rsc_op"))
            last = std::max(last, number(tree::attribute(*at, "call-id")));
    return last + 1;
}

/// Digests of another life of the resource, which its agent would write anew: what they would be,
/// only its meta-data could tell.
void forget_agent_digests(xmlNode& entry, const std::string& digest) {
    if (tree::attribute(entry, "op-digest") == digest) return;
    for (const char* name :
         {"op-restart-digest", "op-force-restart", "op-secure-digest", "op-secure-params"})
        tree::unset(entry, name);
}

}  // namespace

std::string meta(const GraphAction& action, const char* name) {
    const auto found = action.meta.find(name);
    return found == action.meta.end() ? std::string{} : found->second;
}

bool leaves_history(const GraphAction& action) {
    constexpr std::array<std::string_view, 4> none{"delete", "cancel", "meta-data", "probe_again"};
    return std::find(none.begin(), none.end(), action.operation) == none.end();
}

void write_history(xmlNode& resource, const GraphAction& action, WallTime now) {
    const auto operation = recorded_operation(action);
    const auto key = key_of(action, operation);
    const auto id = entry_id(action, key);
    const auto call = next_call(resource);
    xmlNode* entry = tree::child(resource, "lrm_rsc_op", "id", id);
    if (!entry) entry = &tree::add_child(resource, "lrm_rsc_op");
    const bool told = action.operation == "notify";  // what it answers is not looked at
    const int rc = told ? 0 : action.target_rc;
    const std::string transition = std::to_string(call) + std::string(no_transition) +
                                   std::to_string(action.target_rc) + ":" + std::string(no_uuid);
    tree::set(*entry, "id", id);
    tree::set(*entry, "operation_key", key);
    tree::set(*entry, "operation", operation);
    tree::set(*entry, "crm_feature_set", feature_set);
    tree::set(*entry, "transition-key", transition);
    tree::set(*entry, "transition-magic", "0:" + std::to_string(rc) + ";" + transition);
    tree::set(*entry, "exit-reason", "");
    // Entries of different nodes are compared by their times, of one by their call ids.
    tree::set(*entry, "on_node", action.node);
    tree::set(*entry, "call-id", call);
    tree::set(*entry, "rc-code", rc);
    tree::set(*entry, "op-status", std::int64_t{0});
    tree::set(*entry, "interval", action.interval.count());
    tree::set(*entry, "last-rc-change", now.ms / 1000);
    if (is_migration(action.operation))
        for (const char* name : {"migrate_source", "migrate_target"})
            tree::set(*entry, name, meta(action, name));
    forget_agent_digests(*entry, action.digest);
    if (!action.digest.empty()) tree::set(*entry, "op-digest", action.digest);
}

void cancel_history(xmlNode& resource, const GraphAction& action) {
    const auto operation = meta(action, "operation");
    const auto interval = std::to_string(action.interval.count());
    // Not by its id: the entry may stand under another name of a clone's instance. One that failed
    // is the last failure of the resource, and stays.
    tree::remove_children_if(resource, [&](const xmlNode& entry) {
        return tree::attribute(entry, "operation") == operation &&
               tree::attribute(entry, "interval") == interval &&
               !tree::attribute(entry, "id").ends_with("_last_failure_0");
    });
}

}  // namespace cpe::translate
