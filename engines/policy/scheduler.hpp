// The one place that knows libpacemaker: CIB in, typed transition graph out.
//
// Thread: libpacemaker is not thread-safe and has process-wide state. One Scheduler in a process,
// made and used on one thread. Errors: Errc::invalid_input (not XML, a DTD, against Pacemaker's
// grammar, or orders that go in a circle), Errc::too_large (over a limit of limits.hpp),
// Errc::internal (an assertion of the library: the call was left, later calls are sound).
#pragma once

#include "engines/policy/simulation.hpp"

#include <cpe/log.hpp>
#include <cpe/policy.hpp>
#include <cpe/result.hpp>

#include <memory>
#include <string_view>

namespace cpe::policy {

class Scheduler {
public:
    /// `sink` gets the library's own messages (notice and above), component "policy NAME".
    explicit Scheduler(LogSink sink);
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;
    ~Scheduler();

    /// `name` is the deployable's, for messages. `validate`: check against Pacemaker's grammar.
    Result<TickResult> run(std::string_view name, std::string_view cib, WallTime now,
                           bool validate);

    /// What crm_simulate would answer. It loads every grammar of Pacemaker's (100 MB) and takes
    /// documents that may kill or hang the library: for helper processes only. A graph that can
    /// never complete is no error here. Errc::invalid_input where "--now": that is no time.
    Result<Simulated> simulate(const SimulationRequest& request);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace cpe::policy
