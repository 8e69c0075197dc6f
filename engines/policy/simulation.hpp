// A question to the scheduler that is asked for a person and not for a deployable (design.md §9,
// `cpe-ctl simulate`), and all that it answers.
//
// Thread: any; values. What asks it: Scheduler::simulate().
#pragma once

#include <cpe/time.hpp>
#include <cpe/transition_graph.hpp>

#include <string>
#include <vector>

namespace cpe::policy {

struct SimulationRequest {
    std::string cib;  ///< any CIB that crm_simulate takes: of any schema, with or without status
    /// When it is: epoch seconds, or ISO 8601 as Pacemaker reads it. Empty: as the CIB's
    /// `execution-date` says, or else `clock`.
    std::string now;
    WallTime clock;
    bool return_cib = false;  ///< the CIB is wanted back, as it was given to the scheduler
};

/// One line of a transition's summary: what becomes of a resource or a node, and why (not).
struct Change {
    /// start, stop, restart, recover, move, migrate, reload, promote, demote, re-promote; fence,
    /// shut down; nothing (it should run, and cannot).
    std::string what;
    std::string subject;   ///< a resource (an instance of a clone: "web:1"), or a node
    std::string where;     ///< "web1", "web1 -> web2", "Unpromoted -> Promoted web1", "reboot"
    std::string why;       ///< the scheduler's reason; may be empty
    bool blocked = false;  ///< it is wanted, and cannot be done
};

struct Simulated {
    TransitionGraph graph;
    std::string graph_xml;  ///< the scheduler's own text of it
    std::string cib;        ///< upgraded, with a status; empty when it was not wanted
    WallTime now;
    std::vector<Change> changes;
};

}  // namespace cpe::policy
