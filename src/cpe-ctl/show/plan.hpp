// What `cpe-ctl simulate` prints.
//
// Thread: any; pure.
#pragma once

#include "src/cpe-ctl/show/tables.hpp"
#include "src/cpe-ctl/simulate/rounds.hpp"

#include <span>
#include <string>

namespace cpe::ctl {

/// {"actions":[{"kind","resource","operation","interval_ms","node"}...]} over all rounds, in order;
/// when they were executed also "transitions" (how many actions each has) and "at_rest".
std::string plan_json(const Simulation&, bool executed);
std::string plan_table(const Simulation&, bool executed, std::span<const std::string> complaints,
                       const Style&);

/// "rsc", "fence", or "pseudo": all that no agent and no provider carries out.
const char* kind_of(const GraphAction&);

}  // namespace cpe::ctl
