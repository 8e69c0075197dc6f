// One operation of a resource agent in a guest: what is asked, and what came of it.
//
// Thread: any; values. Limits: `output` and `exit_reason` are cut by the guest's side at
// max_operation_output / max_exit_reason bytes.
#pragma once

#include <cpe/ids.hpp>
#include <cpe/model.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace cpe {

constexpr std::size_t max_operation_output = 4096;
constexpr std::size_t max_exit_reason = 512;
/// Of operation meta-data: its `output` is what the agent wrote to stdout. More is no success.
constexpr std::size_t max_metadata = 64 * 1024;

/// Exit codes of resource agents: OCF Resource Agent API 1.1, and Pacemaker's own from 189 on.
namespace ocf {
constexpr int ok = 0;
constexpr int unknown_error = 1;
constexpr int invalid_param = 2;
constexpr int unimplemented = 3;
constexpr int insufficient_privileges = 4;
constexpr int not_installed = 5;
constexpr int not_configured = 6;
constexpr int not_running = 7;
constexpr int running_promoted = 8;
constexpr int failed_promoted = 9;
}  // namespace ocf

struct OperationRequest {
    OperationId id;        ///< a repeat of an id is answered, not carried out again
    std::string resource;  ///< rsc_db_mysqld
    AgentClass agent_class = AgentClass::ocf;
    std::string provider;  ///< ocf only
    std::string type;
    std::string operation;   ///< start, stop, monitor, reload-agent, ...
    Millis interval{0};      ///< of a monitor: 0 = once, else the guest repeats it by itself
    Millis timeout{20'000};  ///< the whole process tree is killed after it
    std::string digest;      ///< of a recurring monitor: stands in the guest's table of monitors
    std::vector<std::pair<std::string, std::string>> parameters;  ///< OCF_RESKEY_<first>=<second>
    int expected_rc = 0;  ///< a recurring monitor's later results are told when they differ
};

struct OperationResult {
    OperationId id;
    enum class Outcome {
        done,       ///< the agent ended by itself: rc says how
        timed_out,  ///< it was killed after its time limit
        cancelled,  ///< it was never begun, or a stop overtook it
        lost,       ///< nobody can know: the guest or its agent went away meanwhile
    } outcome = Outcome::done;
    int rc = 0;               ///< OCF code; meaningful when done
    std::string exit_reason;  ///< the last `ocf-exit-reason:` line; may be empty
    std::string output;       ///< tail of stderr (of meta-data: all of stdout); may be empty
    Millis duration{0};
};

/// One row of a guest's table of recurring monitors.
struct MonitorEntry {
    std::string resource;
    Millis interval{0};
    std::string digest;
    int last_rc = 0;  ///< of its newest result
};

/// What a heartbeat carries so that a monitor lost on the way is noticed: FNV-1a 64 over
/// "resource|interval_ms|digest\n" of each row, sorted by (resource, interval).
inline std::uint64_t hash_of_monitors(std::vector<MonitorEntry> monitors) {
    std::sort(monitors.begin(), monitors.end(), [](const auto& a, const auto& b) {
        return std::tie(a.resource, a.interval) < std::tie(b.resource, b.interval);
    });
    std::uint64_t hash = 14695981039346656037ULL;
    const auto mix = [&hash](std::string_view text) {
        for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    };
    for (const auto& row : monitors) {
        mix(row.resource);
        mix("|");
        mix(std::to_string(row.interval.count()));
        mix("|");
        mix(row.digest);
        mix("\n");
    }
    return hash;
}

/// What the channel says when a guest (re)appears.
struct GuestHello {
    std::string boot_id;   ///< random, made once at each boot of the guest
    std::string agent_id;  ///< random, made once in each life of the agent process
    std::string hostname;
    std::vector<MonitorEntry> monitors;   ///< all that it runs
    std::vector<OperationId> operations;  ///< under way, or done and not yet acknowledged
    std::string host_key = {};  ///< ssh: trusted on first use, and to be pinned; else empty
};

/// A recurring monitor of the guest's own has a result that differs from the one before.
struct MonitorReport {
    std::string resource;
    Millis interval{0};
    OperationResult result;  ///< its id: the operation that began the monitor
};

}  // namespace cpe
