// What cped must hear for certain: results and monitor reports, numbered, kept until acknowledged.
//
// Thread: any; a pure value. Limits: Limits::reports; at that bound the older reports of a monitor
// give way to its newest. Operation results are never dropped (their number is bounded by
// Limits::results, which Core watches).
#pragma once

#include "adapters/agent/protocol.hpp"

#include <deque>
#include <vector>

namespace cpe::guest {

class Outbox {
public:
    explicit Outbox(std::size_t max_reports) : max_reports_(max_reports) {}

    /// Keeps it under the next sequence number, and returns the message to send.
    agent::FromGuest add(OperationResult result);
    agent::FromGuest add(MonitorReport report);

    /// Forgets everything up to `sequence`; returns the results among it.
    std::vector<OperationResult> acknowledge(std::uint64_t sequence);

    /// All that is kept, oldest first.
    [[nodiscard]] std::vector<agent::FromGuest> unacknowledged() const;
    [[nodiscard]] std::vector<OperationId> operations() const;
    [[nodiscard]] bool holds(OperationId id) const;
    [[nodiscard]] std::size_t results() const { return results_; }
    [[nodiscard]] std::size_t reports() const { return entries_.size() - results_; }

private:
    struct Entry {
        std::uint64_t sequence;
        agent::FromGuest message;
    };
    void collapse(const MonitorReport& newest);

    std::size_t max_reports_;
    std::uint64_t next_ = 1;
    std::size_t results_ = 0;
    std::deque<Entry> entries_;
};

}  // namespace cpe::guest
