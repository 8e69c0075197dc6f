#include "adapters/guest/monitor_table.hpp"

#include <algorithm>

namespace cpe::guest {

namespace {

MonitorState state_of(const OperationResult& result) {
    return {result.outcome, result.rc};
}

}  // namespace

bool MonitorTable::put(const OperationRequest& request, const OperationResult& first,
                       MonoTime now) {
    const auto key = key_of(request);
    if (rows_.size() >= limit_ && !rows_.contains(key)) return false;
    rows_.insert_or_assign(
        key, Row{request, state_of(first), first.rc, now + request.interval, Phase::resting});
    return true;
}

void MonitorTable::remove_all_of(const std::string& resource) {
    std::erase_if(rows_, [&](const auto& entry) { return entry.first.first == resource; });
}

std::vector<OperationRequest> MonitorTable::take_due(MonoTime now, Millis ahead) {
    std::vector<OperationRequest> due;
    const auto next = next_due();
    if (!next || *next > now) return due;
    for (auto& [key, row] : rows_) {
        if (row.phase != Phase::resting) continue;
        if (row.due - std::min(ahead, row.request.interval / 10) > now) continue;
        row.phase = Phase::queued;
        due.push_back(row.request);
    }
    return due;
}

MonitorTable::Row* MonitorTable::find(const OperationRequest& request) {
    const auto found = rows_.find(key_of(request));
    // A row of the same place that another operation began is another monitor.
    if (found == rows_.end() || found->second.request.id != request.id) return nullptr;
    return &found->second;
}

bool MonitorTable::holds(const OperationRequest& request) const {
    const auto found = rows_.find(key_of(request));
    return found != rows_.end() && found->second.request.id == request.id;
}

void MonitorTable::started(const OperationRequest& request) {
    if (auto* row = find(request)) row->phase = Phase::running;
}

void MonitorTable::interrupted(MonoTime now) {
    for (auto& [key, row] : rows_) {
        if (row.phase == Phase::resting) continue;
        row.phase = Phase::resting;
        row.due = now;
    }
}

void MonitorTable::came_to_nothing(const OperationRequest& request) {
    if (auto* row = find(request)) row->phase = Phase::resting;
}

std::optional<MonitorReport> MonitorTable::finished(const OperationRequest& request,
                                                    OperationResult result, MonoTime now) {
    auto* row = find(request);
    if (!row) return std::nullopt;
    row->phase = Phase::resting;
    row->due = now + request.interval;
    row->last_rc = result.rc;
    if (row->reported == state_of(result)) return std::nullopt;
    row->reported = state_of(result);
    return MonitorReport{request.resource, request.interval, std::move(result)};
}

std::optional<MonoTime> MonitorTable::next_due() const {
    std::optional<MonoTime> next;
    for (const auto& [key, row] : rows_)
        if (row.phase == Phase::resting && (!next || row.due < *next)) next = row.due;
    return next;
}

std::vector<MonitorEntry> MonitorTable::entries() const {
    std::vector<MonitorEntry> entries;
    entries.reserve(rows_.size());
    for (const auto& [key, row] : rows_)
        entries.push_back({key.first, key.second, row.request.digest, row.last_rc});
    return entries;
}

Millis MonitorTable::oldest_overdue(MonoTime now) const {
    Millis oldest{0};
    for (const auto& [key, row] : rows_)
        if (row.phase != Phase::running) oldest = std::max(oldest, now - row.due);
    return oldest;
}

}  // namespace cpe::guest
