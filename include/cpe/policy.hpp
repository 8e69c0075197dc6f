// Who runs ticks: one interface for the policy thread and for helper processes (design.md §5).
//
// Thread: calls and callbacks on the loop thread; no callback from within a call. Ticks of one
// deployable are answered in order; deployables take turns (round-robin).
#pragma once

#include <cpe/ids.hpp>
#include <cpe/result.hpp>
#include <cpe/transition_graph.hpp>

#include <functional>
#include <string>

namespace cpe {

struct TickRequest {
    DeployableKey key;
    std::string cib;  ///< a whole CIB document, schema pacemaker-3.9
    WallTime now;
    bool validated = false;  ///< its configuration passed Pacemaker's grammar at admission
};

struct TickResult {
    TransitionGraph graph;
    Millis took{0};
};

class PolicyRunner {
public:
    using Done = std::function<void(Result<TickResult>)>;
    virtual ~PolicyRunner() = default;
    virtual void tick(TickRequest, Done) = 0;
    /// The first tick of a new or changed document: Pacemaker's grammar is checked, and it runs in
    /// a helper process with time and memory limits, so that a document that kills or hangs the
    /// scheduler is refused and nothing else happens.
    virtual void admit(TickRequest, Done) = 0;
    /// Drops what is queued for it (it is gone).
    virtual void forget(const DeployableKey&) = 0;
};

}  // namespace cpe
