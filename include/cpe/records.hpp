// What is made durable: rows of the event log and of what is now (design.md §11).
//
// Thread: any; values. Each optional or empty member is NULL in SQL. No secret is ever in here.
#pragma once

#include <cpe/ids.hpp>
#include <cpe/instance_provider.hpp>
#include <cpe/states.hpp>

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace cpe {

/// A row of `events`. Its tenant and deployable are the batch's.
struct EventRecord {
    WallTime at;
    std::string assembly;
    std::string service;
    std::string kind;    ///< deployable_state_change, escalation, fencing, operator, ...
    std::string state;   ///< the new state, where a state changed
    std::string reason;  ///< the cause, for people
    TransitionId transition;
    std::string detail;  ///< a JSON object, or empty
};

/// An event as it stands in the log.
struct StoredEvent {
    EventId id;
    DeployableKey key;
    EventRecord event;
};

/// A row of `actions`: inserted as pending, replaced when it ends.
struct ActionRecord {
    OperationId id;
    WallTime at;
    std::optional<WallTime> finished_at;
    TransitionId transition;
    std::string assembly;
    std::string service;
    std::string resource;
    std::string operation;
    Millis interval{0};
    std::optional<int> rc;
    std::optional<int> expected_rc;
    ActionStatus status = ActionStatus::pending;
};

/// A row of `transitions`: inserted as "running", replaced when it ends.
struct TransitionRecord {
    TransitionId id;
    WallTime at;
    std::optional<WallTime> finished_at;
    std::string cause;
    std::string status;  ///< running, complete, aborted, failed
    int actions = 0;
    std::string input;  ///< the CIB; the store compresses it. Empty when replaced: kept as it was
};

struct ServiceStatus {
    std::string name;
    std::string resource;
    ServiceState state = ServiceState::unknown;
    WallTime since;
    std::optional<WallTime> last_checked;
    std::vector<std::string> assemblies;     ///< where it runs, or belongs when pinned
    int failures = 0;                        ///< in its escalation window
    std::vector<std::string> promoted = {};  ///< of its assemblies: where it is promoted
};

struct AssemblyStatus {
    std::string name;
    std::string uuid;
    AssemblyState state = AssemblyState::pending;
    WallTime since;
    std::string address;
    std::string provider;
    std::string channel;
    std::string instance;
    InstanceState instance_state = InstanceState::unknown;
    std::optional<WallTime> heartbeat;  ///< when it was last heard of
    std::string reason = {};            ///< why it does not run, what is to be done; or empty
};

/// What is now: the JSON of `status -o json` and the rows of `deployables`, `assemblies`,
/// `services`.
/// Recovery is held (design.md §6.3).
struct BrakeHold {
    WallTime since;
    WallTime until;      ///< lets go then, if nothing more seems to fail
    std::string reason;  ///< empty: nothing holds it
    explicit operator bool() const { return !reason.empty(); }
};

struct DeployableStatus {
    DeployableKey key;
    std::string uuid;
    DeployableState state = DeployableState::stopped;
    WallTime since;
    TransitionId transition;   ///< the one that runs; 0 = none
    std::uint64_t memory = 0;  ///< bytes of its arena
    BrakeHold brake;
    std::vector<AssemblyStatus> assemblies;
    std::vector<ServiceStatus> services;
};

/// Private to the DPE and kept over restarts of cped: one row for each thing that has something to
/// remember. `value` is JSON of the DPE's own making.
struct MemoryRecord {
    std::string key;    ///< "service rsc_db_mysqld", "assembly db", "deployable"
    std::string value;  ///< empty = forget it
};

/// A document that the configuration names (`deployables:`), as it was last loaded. Kept when its
/// deployable is deleted: one that a person deleted stays deleted until the file changes.
struct LoadedFile {
    std::string path;
    std::string hash;
};

/// Everything that one step wants durable, in one transaction.
struct PersistBatch {
    DeployableKey key;
    std::vector<EventRecord> events;
    std::vector<ActionRecord> actions;
    std::vector<TransitionRecord> transitions;
    std::vector<MemoryRecord> memory;
    std::optional<DeployableStatus> status;  ///< what is now, when it changed
    std::optional<bool> wanted;              ///< should run (start) or not (stop), when it changed
    std::optional<bool> deleting;            ///< delete was asked for: survives a restart
    std::optional<std::string> document;     ///< the new one, when it was reloaded
    std::optional<LoadedFile> loaded_file;
    bool gone = false;  ///< deleted: rows of what is now, document, memory go

    [[nodiscard]] bool empty() const {
        return events.empty() && actions.empty() && transitions.empty() && memory.empty() &&
               !status && !wanted && !deleting && !document && !loaded_file && !gone;
    }
};

/// A deployable as the store remembers it.
struct StoredDeployable {
    DeployableKey key;
    std::string document;
    bool wanted = false;
    bool deleting = false;
    std::vector<MemoryRecord> memory;
    std::optional<DeployableStatus> status;  ///< what was last persisted
    std::vector<ActionRecord> pending;       ///< actions that were under way
    std::vector<TransitionRecord> running;   ///< transitions that were under way (no input)
};

}  // namespace cpe
