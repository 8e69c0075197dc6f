// Which processes belong to one run of a resource agent, and how to end them all.
//
// A run's time limit ends everything that it started, also what left its session; a service that an
// earlier run started must live on. Both are children of this agent in the end (it is the
// "subreaper", prctl(2)), so kinship alone does not tell. A process belongs to the run if
//   - it is the run's first process, or in the session that this one leads, or
//   - its environment has the run's marker (inherited by everything that does not clear it), or
//   - it is a descendant of such a process, or
//   - it hangs on this agent as an orphan, began after the run and has no marker at all (a daemon
//     that overwrote its environment, such as nginx), and the run may claim such orphans: it is no
//     monitor, and no other run was under way meanwhile.
//
// Thread: any. Reads /proc. Limits: max_rounds scans.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace cpe::guest {

struct RunScope {
    pid_t first = 0;              ///< the run's first process; leads a session of its own
    std::uint64_t began = 0;      ///< when it began: clock ticks since boot
    std::string marker;           ///< value of run_marker
    bool claims_orphans = false;  ///< see above
};

/// Living members (not zombies).
[[nodiscard]] std::vector<pid_t> members_of(const RunScope& scope);

/// Stops all members until no new one appears, then kills them all: what is stopped cannot fork.
/// Returns how many were found. They die soon; ask members_of again.
std::size_t kill_all(const RunScope& scope);

/// Start time of a process in clock ticks since boot (proc(5), stat field 22); 0: it is not there.
[[nodiscard]] std::uint64_t start_of(pid_t pid);

}  // namespace cpe::guest
