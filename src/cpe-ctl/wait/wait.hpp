// Waiting for the outcome of what was asked for: by events, and by looking once in a while.
//
// Thread: the main thread.
#pragma once

#include "src/cpe-ctl/args/parse.hpp"
#include "src/cpe-ctl/exit_code.hpp"
#include "src/cpe-ctl/io.hpp"
#include "src/cpe-ctl/net/management.hpp"
#include "src/cpe-ctl/wait/outcome.hpp"

#include <string>

namespace cpe::ctl {

/// How long commands wait where nobody says otherwise.
constexpr Millis default_wait{300'000};
/// How long an answer may take where nobody says otherwise.
constexpr Millis default_answer{30'000};
/// Without an event, what is now is looked at this often: an event that is lost costs no more.
constexpr Millis look_interval{2'000};

/// A document or release that the DPE has taken shows itself within this time: what has settled is
/// believed when nothing changed for so long.
constexpr Millis calm_time{2'000};

struct Waited {
    Aim aim;
    std::string name;
    Seen before;  ///< what was seen before the request
};

/// The session must be subscribed to the deployable's events. Shows progress, prints the outcome,
/// says how the program ends.
Exit wait_for_outcome(Management&, const Waited&, const Globals&, Io&);

}  // namespace cpe::ctl
