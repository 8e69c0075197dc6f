// One seed from beginning to end: all is set up, faults strike while every rule is watched, then
// they stop and everything must be well within a bound, at rest, and at last go away without a
// trace.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace cpe::sim {

struct StoryOptions {
    std::uint64_t seed = 1;
    std::size_t faults = 200;
    bool verbose = false;
    std::set<std::size_t> skip;  ///< faults that do not strike
};

struct StoryEnd {
    std::vector<std::string> violations;  ///< empty: all is well
    std::size_t faults = 0;               ///< that struck
    std::uint64_t log_hash = 0;           ///< of everything that was made durable
    std::uint64_t steps = 0;
    std::uint64_t ticks = 0;
    std::uint64_t commits = 0;
    double hours = 0;  ///< of virtual time
};

StoryEnd tell(const StoryOptions& options);

}  // namespace cpe::sim
