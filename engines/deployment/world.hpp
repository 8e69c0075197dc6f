// All that one DPE knows and wants, as its parts share it.
//
// Thread: its deployable's strand. Ownership: everything long-lived is in `arena`; the transition
// has a scratch arena that is freed with it.
#pragma once

#include "engines/deployment/deployment.hpp"
#include "engines/deployment/executor.hpp"
#include "engines/deployment/journal.hpp"
#include "engines/deployment/ladder.hpp"
#include "engines/deployment/pace.hpp"
#include "engines/deployment/timers.hpp"
#include "engines/deployment/units.hpp"
#include "engines/translate/cib.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cpe::deployment {

/// Where the deployable is between an operator's wishes.
enum class Phase {
    stopped,   ///< at rest: nothing runs, nothing is wanted
    up,        ///< wanted
    draining,  ///< services are being stopped, in order
    down,      ///< instances are being stopped
    clearing,  ///< instances are being destroyed
    gone,      ///< retired
};

/// An operation that a guest was asked for.
struct Operation {
    OperationId id;
    int action = 0;  ///< of the graph
    std::size_t service = 0;
    std::size_t assembly = 0;
    Millis interval{0};
    Millis timeout{0};
    int target_rc = 0;
    MonoTime limit;  ///< it counts as timed out then
    std::string digest;
    bool outdated = false;   ///< its service's model changed since it was begun
    bool overtaken = false;  ///< it looked before a person had ended work there
    ActionRecord row;
    /// Of its service here before it was announced: what holds again if it is never carried out.
    ServiceState before = ServiceState::unknown;
    bool might_run = true;
};

/// The graph that is being carried out.
struct Transition {
    Transition(TransitionGraph graph, std::pmr::memory_resource& arena)
        : scratch(&arena), executor(std::move(graph), scratch) {}

    std::pmr::monotonic_buffer_resource scratch;
    Executor executor;
    TransitionRecord row;
    std::vector<Operation> operations;                ///< in flight
    std::vector<std::pair<int, std::size_t>> fences;  ///< (action, assembly) that wait for a fence
    bool aborted = false;
    std::string ended_by;  ///< why it was aborted or failed; or empty
    bool failed = false;
    bool left_out = false;  ///< something of it waits for a person, and is not begun
};

/// When the scheduler is asked, and what for.
struct Ticks {
    std::uint64_t last = 0;
    bool asked = false;  ///< a tick is under way
    bool stale = false;  ///< its input is out of date: its graph must not be carried out
    bool wanted = false;
    std::string cause;  ///< of the wanted one
    unsigned more_causes = 0;
    std::string asked_cause;
    std::string asked_cib;
    int errors = 0;  ///< in a row
    Backoff backoff;
    std::optional<MonoTime> not_before;
    bool bound_told = false;
    bool looks = false;           ///< the asked one's plan only probes and monitors
    bool glances = false;         ///< ... for what a plan that waits for a fence left unwatched
    bool glance_next = false;     ///< the next one is to be such a look
    bool looked_in_vain = false;  ///< and such a plan had nothing to do
    bool idle = false;            ///< the last answer had nothing to do, and nothing changed since
};

/// What recovery must leave alone, and why (restraint.hpp).
struct Restraint {
    bool brake = false;
    WallTime brake_since;
    std::string brake_reason;
    std::string brake_detail;
    bool maintenance = false;  ///< of the whole deployable
    bool remember_brake = false;
    bool remember_maintenance = false;
};

struct World {
    World(Deployable deployable, translate::Configuration translated, Settings with, IdSource& from,
          LogSink to, std::pmr::memory_resource& in);

    Deployable model;
    translate::Configuration configuration;
    DeployableKey key;
    Settings settings;
    IdSource& ids;
    LogSink log;
    std::pmr::memory_resource& arena;

    std::pmr::vector<AssemblyUnit> assemblies;
    std::pmr::vector<ServiceUnit> services;
    std::pmr::unordered_map<std::string_view, std::size_t> assembly_by_name;
    std::pmr::unordered_map<std::string_view, std::size_t> service_by_resource;

    Now now{};
    Journal journal;
    Timers timers;
    Pace pace;
    Ticks ticks;
    Ladder ladder;
    std::optional<Transition> transition;
    Restraint restraint;
    std::vector<std::string> lost_providers;  ///< that cannot be asked now
    Generation generation{1};
    CommandId last_command;

    Phase phase = Phase::stopped;
    bool deleting = false;
    bool drained = false;  ///< nothing is left for the scheduler to stop
    bool all_ran = false;  ///< all services ran at once since the last start
    DeployableState state = DeployableState::stopped;
    WallTime since;
    bool touched = false;         ///< this step may have changed more than a heartbeat does
    std::string evidence;         ///< JSON of the result that is being judged; or empty
    std::string why;              ///< what this step's change of state comes from
    bool status_changed = false;  ///< what is persisted of it is out of date
    bool remember = false;

    AssemblyUnit* find_assembly(std::string_view name);
    ServiceUnit* find_service(std::string_view resource);
    std::size_t index_of(const AssemblyUnit& a) const {
        return static_cast<std::size_t>(&a - assemblies.data());
    }
    std::size_t index_of(const ServiceUnit& s) const {
        return static_cast<std::size_t>(&s - services.data());
    }
    /// What counts the time of its life: boot limit, pause before a start, retry of a fence.
    TimerId life_timer(const AssemblyUnit& a) const { return {TimerKind::life, index_of(a)}; }
    /// Whether its guest is heard of still.
    TimerId heartbeat_timer(const AssemblyUnit& a) const {
        return {TimerKind::heartbeat, index_of(a)};
    }
    AssemblyUnit& home_of(const Placement& p) { return assemblies[p.assembly]; }
    const AssemblyUnit& home_of(const Placement& p) const { return assemblies[p.assembly]; }
    ServiceUnit& service_of(const Placement& p) { return services[p.service]; }
    const ServiceUnit& service_of(const Placement& p) const { return services[p.service]; }
    /// Every service that may run in this assembly, in that place.
    template <class Visit>
    void each_placement(const AssemblyUnit& a, Visit visit) {
        for (const std::size_t i : a.services)
            if (Placement* p = services[i].in(index_of(a))) visit(*p);
    }
    template <class Visit>
    void each_placement(const AssemblyUnit& a, Visit visit) const {
        for (const std::size_t i : a.services)
            if (const Placement* p = services[i].in(index_of(a))) visit(*p);
    }
    /// A service that may run in the assemblies [first, end).
    void add(const Service& service, std::size_t first, std::size_t end);
    /// Units of all that is in the model, of which nothing is known yet.
    void lay_out();
    void note(LogLevel level, std::string_view text) const {
        if (log) log(level, "dpe " + key.name, text);
    }
};

}  // namespace cpe::deployment
