// The recurring monitors that this guest runs by itself, and when each is due.
//
// Thread: any; a pure value. Time: the next run is due one interval after the end of the last, so
// that a slow agent is never asked twice at once. Limit: Limits::monitors rows.
#pragma once

#include <cpe/operation.hpp>

#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace cpe::guest {

/// A resource has at most one monitor of an interval.
using MonitorKey = std::pair<std::string, Millis>;
[[nodiscard]] inline MonitorKey key_of(const OperationRequest& request) {
    return {request.resource, request.interval};
}

/// A monitor's state as cped last heard it; a change of it is what is reported.
struct MonitorState {
    OperationResult::Outcome outcome = OperationResult::Outcome::done;
    int rc = 0;
    friend bool operator==(const MonitorState&, const MonitorState&) = default;
};

class MonitorTable {
public:
    explicit MonitorTable(std::size_t limit) : limit_(limit) {}

    /// A row after its first run. False: the table is full.
    bool put(const OperationRequest& request, const OperationResult& first, MonoTime now);
    bool remove(const MonitorKey& key) { return rows_.erase(key) > 0; }
    void remove_all_of(const std::string& resource);

    /// Those due by now and not yet taken; each is then taken until `finished`. Once there is one,
    /// also those due within `ahead`, or a tenth of their interval: so that they share a run.
    std::vector<OperationRequest> take_due(MonoTime now, Millis ahead = Millis{0});
    /// A run of a row ended. Nothing: the row has gone, or its state is the one reported last.
    std::optional<MonitorReport> finished(const OperationRequest& request, OperationResult result,
                                          MonoTime now);
    void started(const OperationRequest& request);
    /// All that were taken are due again: nothing came of it, and nobody is to blame.
    void interrupted(MonoTime now);
    /// Nothing came of this run: it is due as before, and counts as overdue.
    void came_to_nothing(const OperationRequest& request);
    void clear() { rows_.clear(); }

    [[nodiscard]] bool holds(const OperationRequest& request) const;
    [[nodiscard]] std::optional<MonoTime> next_due() const;
    [[nodiscard]] std::vector<MonitorEntry> entries() const;
    [[nodiscard]] std::uint64_t hash() const { return hash_of_monitors(entries()); }
    /// How long the longest waiting one has been due without being begun.
    [[nodiscard]] Millis oldest_overdue(MonoTime now) const;
    [[nodiscard]] std::size_t size() const { return rows_.size(); }

private:
    enum class Phase {
        resting,  ///< until due
        queued,   ///< due, waits for its turn
        running,
    };
    struct Row {
        OperationRequest request;
        MonitorState reported;
        int last_rc = 0;
        MonoTime due;
        Phase phase = Phase::resting;
    };
    Row* find(const OperationRequest& request);

    std::size_t limit_;
    std::map<MonitorKey, Row> rows_;
};

}  // namespace cpe::guest
