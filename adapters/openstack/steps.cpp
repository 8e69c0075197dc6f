#include "adapters/openstack/steps.hpp"

namespace cpe::openstack {
namespace {

using S = ServerStatus;

bool is_gone(const std::optional<Server>& server) {
    return !server || server->status == S::deleted || server->status == S::soft_deleted;
}

bool is_deleting(const Server& server) {
    return server.task_state == "deleting" || server.task_state == "soft-deleting";
}

bool is_off(const Server& server) {
    if (server.task_state) return false;
    return server.status == S::shutoff || server.status == S::shelved ||
           server.status == S::shelved_offloaded;
}

/// A request that is under way is waited for; one that came to nothing is followed by the next.
Step ask(Step step, const Progress& so_far) {
    if (so_far.asked != step) return step;
    return so_far.overdue ? Step::give_up : Step::wait;
}

Step destroy_or_give_up(const Progress& so_far) {
    if (!so_far.may_destroy) return Step::give_up;
    return ask(Step::remove, so_far);
}

}  // namespace

std::string_view name_of(Step step) {
    constexpr std::string_view names[] = {"done",        "wait",   "create", "start",  "stop",
                                          "hard reboot", "delete", "leave",  "give up"};
    return names[static_cast<int>(step)];
}

bool was_never_built(const Server& server) {
    return !server.launched && (server.status == S::error || server.status == S::build);
}

bool is_by_hand(const Server& server) {
    if (server.task_state) return false;
    switch (server.status) {
        case S::paused:
        case S::suspended:
        case S::rescue:
        case S::shelved:
        case S::shelved_offloaded: return true;
        default: return false;
    }
}

Step next_to_run(const std::optional<Server>& server, const Progress& so_far) {
    if (is_gone(server)) return ask(Step::create, so_far);
    if (is_deleting(*server)) return so_far.overdue ? Step::give_up : Step::wait;
    if (was_never_built(*server) && server->status == S::error)
        return so_far.asked == Step::create ? Step::give_up : ask(Step::remove, so_far);
    if (server->task_state) return so_far.overdue ? Step::give_up : Step::wait;
    if (is_by_hand(*server)) {
        if (so_far.respect) return Step::leave;
        const bool can = server->status == S::paused || server->status == S::suspended;
        return can ? ask(Step::reboot, so_far) : Step::leave;
    }
    switch (server->status) {
        case S::active:
        case S::password:
        case S::verify_resize: return Step::done;
        case S::shutoff:
            if (so_far.by_hand && so_far.respect) return Step::leave;
            return ask(Step::start, so_far);
        case S::error: return ask(Step::reboot, so_far);
        default: return so_far.overdue ? Step::give_up : Step::wait;
    }
}

Step next_to_halt(const std::optional<Server>& server, const Progress& so_far) {
    if (is_gone(server)) return Step::done;
    if (so_far.asked == Step::remove) return so_far.overdue ? Step::give_up : Step::wait;
    if (is_off(*server)) return Step::done;
    if (was_never_built(*server)) return Step::remove;
    if (is_deleting(*server)) return so_far.overdue ? Step::remove : Step::wait;
    const bool stuck = so_far.overdue;
    if (!so_far.asked) {
        // A pause is no end: it is ended by a boot, which can be stopped.
        if (is_by_hand(*server) && server->status != S::rescue) return Step::reboot;
        if (server->task_state && !stuck) return Step::wait;
        return stuck ? Step::reboot : Step::stop;
    }
    if (so_far.asked == Step::stop) {
        if (!stuck) return Step::wait;
        return so_far.rebooted ? destroy_or_give_up(so_far) : Step::reboot;
    }
    // A hard reboot: what boots can be stopped.
    if (server->settled_in(S::active)) return Step::stop;
    return stuck ? destroy_or_give_up(so_far) : Step::wait;
}

Step next_to_remove(const std::optional<Server>& server, const Progress& so_far) {
    if (is_gone(server)) return Step::done;
    return ask(Step::remove, so_far);
}

InstanceState state_of(const Server& server) {
    switch (server.status) {
        case S::active:
        case S::password:
        case S::migrating:
        case S::verify_resize: return InstanceState::running;
        case S::build:
        case S::rebuild:
        case S::reboot:
        case S::hard_reboot:
        case S::resize:
        case S::revert_resize: return InstanceState::building;
        case S::shutoff:
        case S::shelved:
        case S::shelved_offloaded: return InstanceState::stopped;
        case S::paused:
        case S::suspended:
        case S::rescue: return InstanceState::paused;
        case S::error: return InstanceState::error;
        case S::deleted:
        case S::soft_deleted: return InstanceState::absent;
        case S::unknown: return InstanceState::unknown;
    }
    return InstanceState::unknown;
}

std::string words_of(const Server& server) {
    std::string text = server.status_text;
    if (server.task_state) text += ", " + *server.task_state;
    if (server.fault && !server.fault->message.empty()) text += ": " + server.fault->message;
    while (!text.empty() && (text.back() == ' ' || text.back() == '.')) text.pop_back();
    return text;
}

}  // namespace cpe::openstack
