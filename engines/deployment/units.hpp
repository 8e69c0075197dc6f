// What the DPE knows of each assembly and service: plain data in the deployable's arena.
//
// Thread: its deployable's strand. Units refer to each other by index into World's lists.
#pragma once

#include "engines/deployment/backoff.hpp"
#include "engines/deployment/history.hpp"
#include "engines/deployment/life.hpp"
#include "engines/deployment/window.hpp"

#include <cpe/instance_provider.hpp>
#include <cpe/model.hpp>
#include <cpe/states.hpp>

#include <optional>
#include <string>

namespace cpe::deployment {

/// A row of the guest's table of recurring monitors, as the DPE believes it to be.
struct Watch {
    Millis interval{0};
    Millis timeout{0};
    Text digest;
    OperationId id;  ///< of the operation that began it
};

struct ServiceUnit {
    ServiceUnit(const Service& service, std::size_t on, std::pmr::memory_resource& arena)
        : model(&service),
          assembly(on),
          window(service.escalation, arena),
          start_digest(&arena),
          watches(&arena) {}

    const Service* model;
    std::size_t assembly;
    ServiceState state = ServiceState::unknown;
    WallTime since;
    std::optional<WallTime> checked;  ///< its last result
    FailureWindow window;
    Backoff backoff;
    std::optional<MonoTime> held_until;  ///< its pause before the next start
    bool may_run = true;                 ///< until a stop, a probe or a fence proves otherwise
    bool hard = false;                   ///< waits for a person or a new document
    Text start_digest;                   ///< of its last start: kept over restarts of cped
    std::pmr::vector<Watch> watches;
    bool remember = false;  ///< its memory record is out of date
};

struct AssemblyUnit {
    AssemblyUnit(const Assembly& assembly, std::pmr::memory_resource& arena)
        : model(&assembly), window(assembly.escalation, arena), history(arena), services(&arena) {}

    const Assembly* model;
    AssemblyState state = AssemblyState::pending;
    WallTime since;
    Life life;
    FailureWindow window;
    Backoff backoff;    ///< of its starts
    Backoff retry;      ///< of fences and destroys that were not confirmed
    CommandId command;  ///< the instance command whose answer counts
    InstanceReport instance;
    NodeHistory history;
    std::pmr::vector<std::size_t> services;

    bool channel_open = false;
    bool shown_lost = false;  ///< in the CIB of the last tick
    bool adopting = false;    ///< was running when cped ended: shown as such until proven otherwise
    MonoTime boot_limit;      ///< by when it must have spoken
    MonoTime heard;           ///< while a member
    std::optional<WallTime> heartbeat;        ///< when it was last heard of
    std::optional<WallTime> clean_heartbeat;  ///< ... with its monitors in order
    std::optional<GuestHello> early;  ///< spoke before its provider answered, or while fenced
    bool spoke = false;               ///< heard of while its fence is under way
    std::string boot_id;              ///< of this life
    std::string dead_boot_id;         ///< of the last one that was proven dead
    std::string agent_id;
    std::uint64_t watch_hash = 0;  ///< of all its services' watches
    int mismatches = 0;            ///< heartbeats in a row whose table differs
    int strikes = 0;  ///< reschedulings of its monitors without a good heartbeat between
    std::optional<MonoTime> overdue_grace;  ///< until then overdue monitors are not judged again
    bool remember = false;
};

}  // namespace cpe::deployment
