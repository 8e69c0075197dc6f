#include "engines/policy/changes.hpp"

#include <crm/crm.h>
#include <crm/msg_xml.h>
#include <crm/pengine/status.h>
#include <crm_config.h>

#include <string_view>

namespace cpe::policy {
namespace {

std::string text_of(const char* text) {
    return text ? text : "";
}

template <class Visit>
void for_each_in(const GList* list, Visit visit) {
    for (; list; list = list->next) visit(list->data);
}

bool is(const pe_action_t& action, unsigned flag) {
    return (static_cast<unsigned>(action.flags) & flag) != 0;
}

/// The first action of that task; null where there is none.
const pe_action_t* planned(const pe_resource_t& resource, std::string_view task,
                           bool optional_too = true) {
    const pe_action_t* found = nullptr;
    for_each_in(resource.actions, [&](const void* at) {
        const auto* action = static_cast<const pe_action_t*>(at);
        const bool counts = optional_too || !is(*action, pe_action_optional);
        if (!found && action->task == task && counts) found = action;
    });
    return found;
}

const pe_action_t* wanted(const pe_resource_t& resource, std::string_view task) {
    return planned(resource, task, false);
}

/// Where it runs; the first place of several, and of a migration that was cut short its source.
const pe_node_t* current(const pe_resource_t& resource) {
    if (resource.partial_migration_source) return resource.partial_migration_source;
    return resource.running_on ? static_cast<const pe_node_t*>(resource.running_on->data) : nullptr;
}

/// "web1", "web1 -> web2", "Promoted web1", "Unpromoted -> Promoted web1",
/// "Promoted web1 -> Unpromoted web2".
std::string where(const pe_resource_t& resource, const pe_node_t* from, const pe_node_t* to) {
    const bool roles = resource.role > RSC_ROLE_STARTED || resource.next_role > RSC_ROLE_UNPROMOTED;
    const std::string now = roles ? role2text(resource.role) + std::string(" ") : "";
    const std::string next = roles ? role2text(resource.next_role) + std::string(" ") : "";
    const std::string source = from ? text_of(from->details->uname) : "";
    const std::string target = to ? text_of(to->details->uname) : "";
    if (!to) return now + source;
    const bool moves = from && source != target;
    if (moves && now == next) return now + source + " -> " + target;
    if (moves) return now + source + " -> " + next + target;
    return (now == next ? now : now + "-> " + next) + target;
}

class ChangeReader {
public:
    explicit ChangeReader(const pe_working_set_t& set) : set_(set) {}

    std::vector<Change> read() && {
        for_each_in(set_.actions, [&](const void* at) {
            read_node_action(*static_cast<const pe_action_t*>(at));
        });
        for_each_in(set_.resources,
                    [&](const void* at) { read_resource(*static_cast<const pe_resource_t*>(at)); });
        return std::move(changes_);
    }

private:
    void read_node_action(const pe_action_t& action) {
        if (action.rsc || is(action, pe_action_optional) || !action.node || !action.task) return;
        const std::string_view task = action.task;
        const auto node = text_of(action.node->details->uname);
        if (task == CRM_OP_FENCE) {
            const auto* how = g_hash_table_lookup(action.meta, "stonith_action");
            add("fence", node, text_of(static_cast<const char*>(how)), action, nullptr);
        } else if (task == CRM_OP_SHUTDOWN) {
            add("shut down", node, "", action, nullptr);
        }
    }

    /// `other` has the reason where `action` has none.
    void add(std::string what, std::string subject, std::string place, const pe_action_t& action,
             const pe_action_t* other) {
        const auto* reason = action.reason || !other ? action.reason : other->reason;
        changes_.push_back({std::move(what), std::move(subject), std::move(place), text_of(reason),
                            !is(action, pe_action_runnable)});
    }

    /// Containers have no life of their own.
    void read_resource(const pe_resource_t& resource) {
        if (!resource.children) return read_primitive(resource);
        for_each_in(resource.children,
                    [&](const void* at) { read_resource(*static_cast<const pe_resource_t*>(at)); });
    }

    void read_primitive(const pe_resource_t& resource) {
        if ((resource.flags & pe_rsc_managed) == 0) return;
        const auto* from = current(resource);
        const auto* to = resource.allocated_to;
        const auto* start = wanted(resource, RSC_START);
        const auto* migrate = wanted(resource, RSC_MIGRATED);
        const auto change = [&](const char* what, const pe_action_t& action) {
            add(what, text_of(resource.id), where(resource, from, to), action, nullptr);
        };
        if (migrate && from && is(*migrate, pe_action_runnable)) return change("migrate", *migrate);
        if (const auto* stop = wanted(resource, RSC_STOP); stop && from)
            return read_stop(resource, *stop, start);
        if (const auto* reload = wanted(resource, CRMD_ACTION_RELOAD_AGENT))
            return change("reload", *reload);
        if (from && start) return change("restart", *start);
        if (from) return read_roles(resource);
        if (!to || resource.next_role <= RSC_ROLE_STOPPED) return read_idle(resource, start);
        if (resource.next_role == RSC_ROLE_PROMOTED)
            if (const auto* promote = planned(resource, RSC_PROMOTE))
                return change("promote", *promote);
        // What cannot be started is optional to the scheduler.
        if (const auto* any = planned(resource, RSC_START)) change("start", *any);
    }

    /// It stays where it is.
    void read_roles(const pe_resource_t& resource) {
        const auto* promote = wanted(resource, RSC_PROMOTE);
        const auto* demote = wanted(resource, RSC_DEMOTE);
        const auto change = [&](const char* what, const pe_action_t& action) {
            add(what, text_of(resource.id),
                where(resource, current(resource), resource.allocated_to), action, nullptr);
        };
        if (resource.role == resource.next_role) {
            if (promote && demote) change("re-promote", *promote);
        } else if (resource.role == RSC_ROLE_PROMOTED) {
            if (demote) change("demote", *demote);
        } else if (promote) {
            change("promote", *promote);
        }
    }

    void read_stop(const pe_resource_t& resource, const pe_action_t& stop,
                   const pe_action_t* start) {
        const auto* to = resource.allocated_to;
        if (start && to && is(*start, pe_action_runnable)) {
            const bool failed = (resource.flags & pe_rsc_failed) != 0;
            const auto* from = current(resource);
            const bool moves = from->details != to->details;
            const char* what = failed ? "recover" : moves ? "move" : "restart";
            return add(what, text_of(resource.id), where(resource, from, to), stop, start);
        }
        // The far end of a migration that was cut short: the service itself stays.
        if (!start && resource.role == resource.next_role) return;
        // Where it is active more than once, each has its own.
        for_each_in(resource.running_on, [&](const void* at) {
            const auto* node = static_cast<const pe_node_t*>(at);
            add("stop", text_of(resource.id), where(resource, node, nullptr), stop, start);
        });
    }

    /// It runs nowhere and will not; told where somebody might wonder.
    void read_idle(const pe_resource_t& resource, const pe_action_t* start) {
        constexpr unsigned long long unasked = pe_rsc_orphan | pe_rsc_fence_device;
        if ((resource.flags & unasked) != 0 || (set_.flags & pe_flag_stop_everything) != 0) return;
        const auto* role = g_hash_table_lookup(resource.meta, XML_RSC_ATTR_TARGET_ROLE);
        if (role && g_ascii_strcasecmp(static_cast<const char*>(role), "Stopped") == 0) return;
        // Of a clone there may be more instances than nodes.
        for (const auto* at = resource.parent; at; at = at->parent)
            if (at->variant == pe_clone || at->variant == pe_container) return;
        auto why = start && start->reason ? text_of(start->reason) : why_idle();
        changes_.push_back({"nothing", text_of(resource.id), "", std::move(why), true});
    }

    [[nodiscard]] std::string why_idle() const {
        if ((set_.flags & pe_flag_have_quorum) == 0 && set_.no_quorum_policy == no_quorum_stop)
            return "there is no quorum";
        bool any = false;
        for_each_in(set_.nodes, [&](const void* at) {
            const auto& node = *static_cast<const pe_node_t*>(at)->details;
            any = any || (node.online && !node.unclean && !node.standby && !node.shutdown &&
                          !node.pending && !node.maintenance);
        });
        return any ? "no node that is up may run it" : "no node is up";
    }

    const pe_working_set_t& set_;
    std::vector<Change> changes_;
};

}  // namespace

std::vector<Change> changes_of(const pe_working_set_t& set) {
    return ChangeReader(set).read();
}

}  // namespace cpe::policy
