// Every limit of the agent, with its default.
//
// Thread: any; values.
#pragma once

#include <cpe/time.hpp>

#include <cstddef>

namespace cpe::guest {

struct Limits {
    std::size_t parallel = 16;     ///< agents that run at a time, over all resources
    std::size_t queue = 16;        ///< operations that wait for one resource; more are cancelled
    std::size_t monitors = 1'024;  ///< rows of the table of recurring monitors
    std::size_t reports = 1'024;   ///< monitor reports that wait for their acknowledgement
    std::size_t results = 4'096;   ///< operations under way or unacknowledged; beyond it the
                                   ///< connection is ended, for cped does not acknowledge
    std::size_t remembered = 128;  ///< acknowledged results kept to answer repeats
    Millis heartbeat_min{50};      ///< what cped may ask for
    Millis heartbeat_max{60'000};
    Millis welcome{10'000};  ///< from the hello to its answer; then the connection is ended
};

}  // namespace cpe::guest
