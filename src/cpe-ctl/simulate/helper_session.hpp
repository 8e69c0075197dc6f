// Asks a policy helper, and waits for its answer: the scheduler never runs in this process.
//
// Thread: the main thread; calls block. Ownership: the helper ends with the object.
#pragma once

#include "engines/policy/simulation.hpp"

#include <cpe/result.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cpe::ctl {

/// Address space of the helper: the grammars of all schemas, and what the largest CIB takes.
constexpr std::uint64_t simulation_memory_bytes = 1024U << 20U;
/// Complaints of the scheduler that are kept.
constexpr std::size_t max_complaints = 20;

class HelperSession {
public:
    /// All questions together may take `limit`.
    explicit HelperSession(Millis limit);
    HelperSession(const HelperSession&) = delete;
    HelperSession& operator=(const HelperSession&) = delete;
    ~HelperSession();

    /// Errors: as Scheduler::simulate; Errc::timed_out; Errc::internal when the helper died;
    /// Errc::unavailable when it cannot be started.
    Result<policy::Simulated> ask(const policy::SimulationRequest& request);
    /// Errors that the scheduler told while it went on, each once: what is configured wrongly.
    [[nodiscard]] const std::vector<std::string>& complaints() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace cpe::ctl
