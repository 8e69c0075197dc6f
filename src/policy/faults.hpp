// Faults that `cpe-ctl debug fault` injects into ticks, at the place where a document would cause
// them.
//
// There is a FaultBox only where the configuration allows faults (debug.fault_injection). Without
// one nothing here is reached: ticks in process are not wrapped at all, and a helper's request says
// "no fault".
//
// Thread: any; the box has its own lock, since ticks are taken up on the policy thread.
#pragma once

#include "src/policy/policy_thread.hpp"

#include <cpe/ids.hpp>
#include <cpe/wish.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace cpe::policy_runner {

class FaultBox {
public:
    /// The next tick of this deployable commits it; a later one replaces one that waits.
    void put(const DeployableKey& key, Fault fault);
    /// Each fault is given once.
    std::optional<Fault> take(const DeployableKey& key);
    void forget(const DeployableKey& key);

private:
    std::mutex mutex_;
    std::map<DeployableKey, Fault> waiting_;
};

/// Engines that commit what waits in the box before they plan.
EngineFactory with_faults(EngineFactory factory, std::shared_ptr<FaultBox> box);

/// Commits `fault` on this thread: crashes, or does not return. Only tick_abort comes back, with
/// another CIB, which fails an assertion of Pacemaker's library: what follows is its own doing.
void commit(Fault fault, std::string& cib);
/// What the tick of a fault answers: never a plan, which would be of another's CIB.
Result<TickResult> only_failing(Result<TickResult> result);

}  // namespace cpe::policy_runner
