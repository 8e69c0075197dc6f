// The scheduler's answer, typed: what is to be done, and what must be done before what.
//
// Thread: any; values. Source: Pacemaker 2.1 "transition graph" (lib/pacemaker/pcmk_graph_*): a
// graph is a list of synapses; each fires its `actions` once all its `inputs` are confirmed.
#pragma once

#include <cpe/time.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cpe {

struct GraphAction {
    enum class Kind {
        rsc,     ///< rsc_op: carried out by a resource agent in a guest
        pseudo,  ///< pseudo_event: confirmed at once
        fence,   ///< crm_event operation="stonith"
        crm,     ///< another crm_event: clear_failcount, do_shutdown, lrm_delete, maintenance_nodes
    };
    int id = 0;  ///< unique in its graph
    Kind kind = Kind::pseudo;
    std::string operation;      ///< start, stop, monitor, stonith, ...
    std::string operation_key;  ///< rsc_db_mysqld_monitor_2000; may be empty for crm events
    std::string node;           ///< uname; empty for pseudo events
    std::string node_uuid;
    std::string resource;  ///< id; may be empty
    std::string long_id;   ///< of a clone's instance; else empty
    std::string agent_class;
    std::string agent_provider;
    std::string agent_type;
    Millis interval{0};
    Millis timeout{0};  ///< CRM_meta_timeout
    int target_rc = 0;  ///< CRM_meta_op_target_rc; what is expected
    bool target_rc_given = false;
    std::string digest;  ///< op-digest to write into the history (rsc only)
    std::map<std::string, std::string> parameters;  ///< what the agent gets (no CRM_meta_*)
    std::map<std::string, std::string> meta;        ///< CRM_meta_* with the prefix taken off
};

struct Synapse {
    int id = 0;
    int priority = 0;  ///< higher first among those that may fire
    std::vector<GraphAction> actions;
    std::vector<int> inputs;  ///< ids of actions that must be confirmed first
};

struct TransitionGraph {
    int batch_limit = 0;  ///< at most so many actions in flight; 0 = no limit
    Millis cluster_delay{60'000};
    Millis stonith_timeout{60'000};
    bool failed_start_is_fatal = false;
    std::vector<Synapse> synapses;
    std::optional<WallTime> recheck_by;  ///< ask again then, whatever happens
};

}  // namespace cpe
