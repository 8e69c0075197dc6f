// What an operator may change about a deployable that runs: another document, drawn from a seed.
#pragma once

#include "test/sim/plan.hpp"

#include <set>

namespace cpe::sim {

struct Change {
    std::string what;  ///< in words, for who reads along
    Plan plan;
};

/// One to three changes of `plan`; sometimes none.
Change draw_change(const Plan& plan, Random& random);

/// Which resources may be stopped or started because `old` is reloaded with `fresh`: what changed,
/// is new or leaves, what waits for such, and what the scheduler may move for it.
std::set<std::string> touched_by(const Plan& old, const Plan& fresh);

}  // namespace cpe::sim
