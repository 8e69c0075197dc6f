// A transition that succeeds in everything, carried out by the DPE's own executor.
//
// Thread: any; pure.
#pragma once

#include <cpe/transition_graph.hpp>

#include <memory>
#include <vector>

namespace cpe::ctl {

struct CarriedOut {
    std::vector<const GraphAction*> actions;  ///< in the order in which they were begun
    std::vector<const GraphAction*> stuck;    ///< wait for each other: never begun
};

/// As a DPE does it: pseudo events are confirmed at once; all else is begun when it may be, and its
/// results come back in the order in which it was begun. The pointers live as long as `graph`.
CarriedOut carry_out(const TransitionGraph& graph);

}  // namespace cpe::ctl
