// What Pacemaker would write into the <status> of a CIB when the actions of a transition went as
// the scheduler expected: operation history, fail counts, node states. For any CIB, not only for
// ours.
//
// Thread: one at a time; pure. Limits: as of the scan of foreign documents, with room for CIBs.
// Source: Pacemaker 2.1.5, its controller, and crm_simulate where no controller is at work.
#pragma once

#include <cpe/result.hpp>
#include <cpe/time.hpp>
#include <cpe/transition_graph.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace cpe::translate {

class SimulatedStatus {
public:
    /// Errors: Errc::invalid_input, Errc::too_large; a CIB without `status` is refused.
    static Result<SimulatedStatus> read(std::string_view cib);
    SimulatedStatus(SimulatedStatus&&) noexcept;
    SimulatedStatus& operator=(SimulatedStatus&&) noexcept;
    ~SimulatedStatus();

    /// `action` was carried out at `now` and had the expected outcome:
    /// - an operation leaves its entry in the history (a cancel takes the monitor's away, a delete
    ///   all of the resource's);
    /// - a fence takes the node down, with its history and transient attributes; an unfencing
    ///   leaves its attributes;
    /// - a shutdown takes the node down; its history stays;
    /// - clear_failcount takes fail counts and the failed operation away.
    void succeeded(const GraphAction& action, WallTime now);

    [[nodiscard]] std::string text() const;

private:
    struct Impl;
    explicit SimulatedStatus(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace cpe::translate
