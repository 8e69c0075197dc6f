// The policy thread: runs ticks in this process, one at a time.
//
// Thread: its calls belong to one thread (the loop's); `Finished` is called on the policy thread.
#pragma once

#include "src/policy/tick_journal.hpp"

#include <cpe/log.hpp>
#include <cpe/policy.hpp>

#include <functional>
#include <memory>

namespace cpe::policy_runner {

/// Runs one tick and says how long it took. Made, called and destroyed on the policy thread.
using Engine = std::function<Result<TickResult>(const TickRequest&)>;
using EngineFactory = std::function<Engine()>;

/// Pacemaker's scheduler.
EngineFactory scheduler_engine(LogSink sink);

class PolicyThread {
public:
    using Finished = std::function<void(Result<TickResult>)>;

    /// Returns when the engine is made: preparing Pacemaker's libraries touches the process (umask,
    /// environment), which must not happen beside other work.
    PolicyThread(const EngineFactory& factory, std::shared_ptr<TickJournal> journal);
    PolicyThread(const PolicyThread&) = delete;
    PolicyThread& operator=(const PolicyThread&) = delete;
    /// Waits for a running tick for up to `patience`, then abandons it.
    ~PolicyThread();

    /// Not while one runs. `finished` may be called before run() returns.
    void run(TickRequest request, Finished finished);
    /// Gives up on the tick that runs: its `finished` is not called and the thread is left to
    /// itself (nothing can cancel it). Only the destructor may follow.
    void abandon();
    void set_patience(Millis patience) { patience_ = patience; }

private:
    struct Shared;
    std::shared_ptr<Shared> shared_;
    Millis patience_{10'000};
};

}  // namespace cpe::policy_runner
