// The states that users see (design.md §11), and their names.
//
// Thread: any; values. The names are a contract: they stand in the event log and in AMQP bodies.
#pragma once

#include <string_view>

namespace cpe {

enum class ServiceState {
    unknown,        ///< not probed yet, or its assembly is out of reach
    starting,       ///< a start is on its way
    running,        ///< its last start, probe or monitor said so
    failed,         ///< a start or monitor failed; something is about to be done
    stopping,       ///< a stop is on its way
    stopped,        ///< proven not to run
    unrecoverable,  ///< hard failure: waits for a person or a new document
};

enum class AssemblyState {
    pending,        ///< nothing asked of its provider yet
    booting,        ///< being created or started; not heard of yet
    running,        ///< a member: its channel speaks
    failed,         ///< heartbeat missed, instance died, health check failed
    fencing,        ///< being made sure of to be dead
    stopped,        ///< proven not to run, and not wanted
    maintenance,    ///< watched, not touched
    unrecoverable,  ///< waits for a person or a new document
};

enum class DeployableState {
    stopped,
    starting,
    running,
    degraded,    ///< something does not run, and it waits for somebody
    recovering,  ///< something does not run, and something is being done about it
    stopping,
    quarantined,
    unrecoverable,
};

enum class ActionStatus { pending, complete, failed, timed_out, cancelled, lost };

constexpr std::string_view name_of(ServiceState state) {
    constexpr std::string_view names[] = {"unknown",  "starting", "running",      "failed",
                                          "stopping", "stopped",  "unrecoverable"};
    return names[static_cast<int>(state)];
}

constexpr std::string_view name_of(AssemblyState state) {
    constexpr std::string_view names[] = {"pending", "booting", "running",     "failed",
                                          "fencing", "stopped", "maintenance", "unrecoverable"};
    return names[static_cast<int>(state)];
}

constexpr std::string_view name_of(DeployableState state) {
    constexpr std::string_view names[] = {"stopped",    "starting", "running",     "degraded",
                                          "recovering", "stopping", "quarantined", "unrecoverable"};
    return names[static_cast<int>(state)];
}

constexpr std::string_view name_of(ActionStatus status) {
    constexpr std::string_view names[] = {"pending",   "complete",  "failed",
                                          "timed_out", "cancelled", "lost"};
    return names[static_cast<int>(status)];
}

}  // namespace cpe
