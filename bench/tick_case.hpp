// A deployable of N assemblies with 3 services each, in a situation that a DPE meets.
#pragma once

#include "engines/policy/scheduler.hpp"
#include "engines/translate/cib.hpp"

#include <memory>
#include <string>
#include <vector>

namespace cpe::bench {

inline constexpr WallTime now{1'700'000'000'000};

enum class Situation {
    boot,    ///< all assemblies are members, nothing was probed yet: the largest plan
    repair,  ///< all runs, but one service's monitor has failed: the usual plan
};

class TickCase {
public:
    /// `scheduler` is asked for the plans whose results make the history.
    TickCase(unsigned assemblies, Situation situation, policy::Scheduler& scheduler);
    TickCase(const TickCase&) = delete;
    TickCase& operator=(const TickCase&) = delete;
    ~TickCase();

    /// The CIB, made anew, as a DPE does for each tick.
    [[nodiscard]] std::string cib() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace cpe::bench
