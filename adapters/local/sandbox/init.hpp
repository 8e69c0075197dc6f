// pid 1 of a sandbox: keeps the agent running, reaps orphans, keeps the log, ends on SIGTERM.
//
// SIGTERM: everything inside gets SIGTERM, after the grace SIGKILL, and init ends with exit code 0.
// SIGKILL from outside: the kernel kills everything inside before the death is seen.
//
// Thread: one; the loop waits on signals (signalfd), the agent's output and one timer.
#pragma once

#include "adapters/local/sandbox/backoff.hpp"
#include "adapters/local/sandbox/bounded_log.hpp"

#include <cpe/time.hpp>

#include <sys/types.h>
#include <optional>

namespace cpe::local {

class Init {
public:
    /// Signals must be blocked already.
    Init(BoundedLog log, Millis stop_grace);
    /// Ends with init's exit code.
    [[nodiscard]] int run();

private:
    [[nodiscard]] Result<> prepare();
    void start_agent_now();
    void turn();
    void read_output();
    void read_signals();
    void reap_all();
    void agent_ended(int status);
    void begin_end();
    [[nodiscard]] int wait_ms() const;

    BoundedLog log_;
    Millis stop_grace_;
    Fd signals_;
    Fd output_;     ///< the agent's stdout and stderr: our end
    Fd output_in_;  ///< the agent's
    Backoff backoff_;
    pid_t agent_ = 0;  ///< 0: not running
    Millis started_{0};
    std::optional<Millis> start_at_;
    std::optional<Millis> kill_at_;  ///< set: we are ending
    bool alone_ = false;             ///< no child is left
};

}  // namespace cpe::local
