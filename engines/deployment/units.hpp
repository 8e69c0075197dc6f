// What the DPE knows of each assembly and service: plain data in the deployable's arena.
//
// Thread: its deployable's strand. Units refer to each other by index into World's lists.
#pragma once

#include "engines/deployment/backoff.hpp"
#include "engines/deployment/history.hpp"
#include "engines/deployment/known_agent.hpp"
#include "engines/deployment/life.hpp"
#include "engines/deployment/ran_with.hpp"
#include "engines/deployment/window.hpp"

#include <cpe/instance_provider.hpp>
#include <cpe/model.hpp>
#include <cpe/operation.hpp>
#include <cpe/states.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cpe::deployment {

/// A row of the guest's table of recurring monitors, as the DPE believes it to be.
struct Watch {
    Millis interval{0};
    Millis timeout{0};
    Text digest;
    OperationId id;     ///< of the operation that began it
    int target_rc = 0;  ///< what it tells while all is well
};

/// A service in one assembly where it may run: its home when it is pinned, each when it floats.
struct Placement {
    Placement(std::size_t what, std::size_t where, std::pmr::memory_resource& arena)
        : service(what), assembly(where), start_digest(&arena), watches(&arena) {}

    std::size_t service;
    std::size_t assembly;
    ServiceState state = ServiceState::unknown;  ///< of this instance
    bool here = false;                ///< it was begun or found here, and not proven gone since
    bool promoted = false;            ///< of a promotable service
    bool to_promote = false;          ///< a plan meant it to be promoted, and left that out
    bool may_run = true;              ///< until a stop, a probe or a fence proves otherwise
    bool held = false;                ///< failed to start here: while its service's pause lasts
    bool hard = false;                ///< this place is no place for it until somebody acts
    std::optional<WallTime> checked;  ///< its last result here, or heartbeat with its monitor well
    Text start_digest;                ///< of its last start here: kept over restarts of cped
    std::optional<RanWith> ran_with;  ///< where its model is another one since its start
    std::pmr::vector<Watch> watches;
};

struct ServiceUnit {
    ServiceUnit(const Service& service, std::pmr::memory_resource& arena)
        : model(&service), window(service.escalation, arena), placements(&arena) {}

    const Service* model;
    ServiceState state = ServiceState::unknown;  ///< of all its instances together
    WallTime since;
    FailureWindow window;
    Backoff backoff;
    std::optional<MonoTime> held_until;  ///< its pause before the next start
    bool hard = false;                   ///< waits for a person or a new document
    std::pmr::vector<Placement> placements;
    bool remember = false;  ///< its memory record is out of date

    [[nodiscard]] bool floats() const { return model->floating.has_value(); }
    [[nodiscard]] bool is_clone() const { return floats() && model->floating->is_clone(); }
    [[nodiscard]] bool is_script() const { return !model->configures.empty(); }
    [[nodiscard]] Placement* in(std::size_t assembly) {
        for (Placement& p : placements)
            if (p.assembly == assembly) return &p;
        return nullptr;
    }
    [[nodiscard]] const Placement* in(std::size_t assembly) const {
        return const_cast<ServiceUnit*>(this)->in(assembly);
    }
};

struct AssemblyUnit {
    AssemblyUnit(const Assembly& assembly, std::pmr::memory_resource& arena)
        : model(&assembly),
          window(assembly.escalation, arena),
          history(arena),
          services(&arena),
          agents(&arena) {}

    const Assembly* model;
    AssemblyState state = AssemblyState::pending;
    WallTime since;
    Life life;
    FailureWindow window;
    Backoff backoff;                     ///< of its starts
    Backoff retry;                       ///< of fences and destroys that were not confirmed
    std::optional<MonoTime> not_before;  ///< its next start waits until then
    CommandId command;                   ///< the instance command whose answer counts
    InstanceReport instance;
    NodeHistory history;
    std::pmr::vector<std::size_t> services;  ///< that may run here: pinned ones, and all that float
    std::pmr::vector<KnownAgent> agents;     ///< that were asked about themselves, in this life

    int boots_failed = 0;        ///< in a row: it did not speak, or died before it did
    bool placed = false;         ///< its provider was asked to start it: its disk is there
    bool seen = false;           ///< ... and said that it ran
    bool cleared = false;        ///< being deleted: its own provider has done so
    bool held = false;           ///< given up: not started before the deployable's next try
    bool awaits_person = false;  ///< nothing can prove that it is down but a person's word
    bool stuck = false;          ///< a stop failed in it: that it speaks is no reason to keep it
    std::string restart_by;      ///< who wants it restarted, while its services are stopped
    std::vector<std::string> left_at;  ///< providers where a disk of it stayed behind

    /// Its provider's record of it is gone, which its silence has to confirm.
    std::optional<InstanceReport> awaits_silence;
    bool held_outside = false;  ///< somebody stopped it at its provider: watched, not touched

    bool channel_open = false;
    bool peer_outdated = false;  ///< the channel does not know of the last dead boot yet
    MonoTime silent_since;       ///< last heard of, or listened for since then
    bool shown_lost = false;     ///< in the CIB of the last tick
    bool maintenance = false;    ///< a person works at it: watched, not touched
    bool unclean = false;        ///< recalled: lost and not proven down, behind its maintenance
    bool ran = false;            ///< a member since it is wanted, and no boot has failed since then
    bool proven_down = false;    ///< its last life is proven to have ended, or it never had one
    bool adopting = false;  ///< was running when cped ended: shown as such until proven otherwise
    MonoTime boot_limit;    ///< by when it must have spoken
    MonoTime heard;         ///< while a member
    std::optional<WallTime> heartbeat;    ///< when it was last heard of
    std::optional<GuestHello> early;      ///< spoke before its provider answered, or while fenced
    bool spoke = false;                   ///< heard of while its fence is under way
    std::string boot_id;                  ///< of this life
    std::vector<std::string> dead_boots;  ///< of lives that have ended, the newest last
    std::string dead_voice;               ///< one of them, that the channel let speak; or empty
    std::vector<std::pair<std::string, int>> strangers;  ///< boot ids, and how often they tried
    std::string agent_id;
    std::string host_key;     ///< pinned, of a guest over ssh; or empty
    std::string refusal;      ///< why we are not let in, though it answers; or empty
    std::string trouble;      ///< why it failed last; empty since it is a member again
    std::string unreached;    ///< why its channel does not reach it, told last; or empty
    std::string refused_key;  ///< the one that it showed, and that a person may accept; or empty
    std::uint64_t watch_hash = hash_of_monitors({});  ///< of all its services' watches
    std::optional<MonoTime> differs_since;            ///< its heartbeats tell of another table
    int strikes = 0;  ///< reschedulings of its monitors without a good heartbeat between
    std::optional<MonoTime> overdue_grace;  ///< until then overdue monitors are not judged again
    bool remember = false;
};

}  // namespace cpe::deployment
