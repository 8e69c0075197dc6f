// One transition, or one after the other until the scheduler has nothing more to do, each with the
// status that the one before left.
//
// Thread: any; pure but for what `Ask` does.
#pragma once

#include "engines/policy/simulation.hpp"

#include <cpe/result.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace cpe::ctl {

/// Transitions of one simulation. What is not at rest by then will hardly ever be: the scheduler
/// waits for something that no success of an operation brings.
constexpr std::size_t max_simulated_transitions = 20;

struct Round {
    std::vector<policy::Change> changes;
    std::vector<GraphAction> actions;  ///< in the order in which the executor begins them
};

struct Simulation {
    std::vector<Round> rounds;
    std::string graph_xml;  ///< of the first
    WallTime now;
    std::optional<WallTime> recheck_by;  ///< of the last
    bool at_rest = false;                ///< only ever when it was executed
    /// What ended it early. What came before stands in `rounds`.
    std::optional<Error> error;
};

using Ask = std::function<Result<policy::Simulated>(const policy::SimulationRequest&)>;

/// `execute`: until at rest, or for max_simulated_transitions.
Simulation simulate(policy::SimulationRequest request, bool execute, const Ask& ask);

}  // namespace cpe::ctl
