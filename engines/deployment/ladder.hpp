// What is kept of the upper rungs of the recovery ladder (design.md §8): the deployable's own
// failures, where its assemblies are, and what is being done about it as a whole.
//
// Thread: its deployable's strand. Plain data; climb.hpp, overhaul.hpp and give_up.hpp work on it.
#pragma once

#include "engines/deployment/window.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cpe::deployment {

/// The whole deployable is taken down in order and brought up again.
enum class Overhaul {
    none,
    restart,   ///< where it is
    relocate,  ///< at another provider
};

struct Ladder {
    Ladder(const Escalation& limits, std::pmr::memory_resource& arena) : window(limits, arena) {}

    FailureWindow window;  ///< of the deployable: each escalation of an assembly is one failure
    Overhaul overhaul = Overhaul::none;
    bool begun = false;       ///< the overhaul's services are being stopped; before, it is planned
    bool discarding = false;  ///< what is left behind was told to go
    std::string provider;     ///< that it was relocated to; empty: the document's
    std::string next;         ///< where a relocation goes
    /// Providers that did not do, until all has run well for the deployable's own period.
    std::vector<std::string> tried;
    int given_up = 0;                    ///< how often in a row
    std::optional<MonoTime> retry_at;    ///< given up until then
    std::optional<MonoTime> well_since;  ///< all has run since
};

}  // namespace cpe::deployment
