#include "engines/deployment/history.hpp"

#include <cpe/operation.hpp>

#include <algorithm>
#include <limits>

namespace cpe::deployment {
namespace {

bool is_probe(const Outcome& outcome) {
    return outcome.operation == "monitor" && outcome.interval == Millis{0};
}

bool is_failure(const Outcome& outcome) {
    if (outcome.timed_out) return true;
    if (is_probe(outcome) && (outcome.rc == ocf::ok || outcome.rc == ocf::not_running ||
                              outcome.rc == ocf::running_promoted))
        return false;
    return outcome.rc != outcome.target_rc;
}

/// As Pacemaker's controller writes a reload: what took over its new parameters was started with
/// them; what did not is a failed monitor. Whatever the agent said then, it is not a probe's
/// finding: a service that "does not run" would be started elsewhere without being stopped here.
/// It is not counted: its parameters have changed since, for which the scheduler would clear the
/// count, and the failure with it.
Outcome as_written(Outcome outcome, bool failed) {
    if (outcome.operation != "reload-agent") return outcome;
    outcome.operation = failed ? "monitor" : "start";
    if (failed) outcome.rc = ocf::unknown_error;
    return outcome;
}

}  // namespace

NodeHistory::NodeHistory(std::pmr::memory_resource& arena)
    : arena_(&arena), resources_(&arena), fail_counts_(&arena) {}

NodeHistory::Resource* NodeHistory::find(std::size_t service) {
    const auto at = std::find_if(resources_.begin(), resources_.end(),
                                 [&](const Resource& r) { return r.service == service; });
    return at == resources_.end() ? nullptr : &*at;
}

bool NodeHistory::knows(std::size_t service) const {
    return std::any_of(resources_.begin(), resources_.end(),
                       [&](const Resource& r) { return r.service == service; });
}

NodeHistory::Resource& NodeHistory::of(std::size_t service) {
    if (auto* known = find(service)) return *known;
    resources_.push_back({service, std::pmr::vector<HistoryOp>(arena_)});
    return resources_.back();
}

HistoryOp& NodeHistory::place(Resource& resource, Millis interval, bool failure) {
    for (auto& op : resource.ops)
        if (op.failure == failure && (failure || op.interval == interval)) return op;
    resource.ops.push_back({Text(arena_), interval, failure, 0, 0, 0, 0, {}, Text(arena_), 0, 0});
    return resource.ops.back();
}

void NodeHistory::write(HistoryOp& op, const Outcome& outcome, int call_id, bool failure) {
    op.operation = outcome.operation;
    op.interval = outcome.interval;
    op.failure = failure;
    op.call_id = call_id;
    op.rc = outcome.rc;
    op.target_rc = outcome.target_rc;
    op.op_status = outcome.timed_out ? exec_status::timed_out : exec_status::done;
    op.changed = outcome.at;
    op.digest = outcome.digest;
    op.transition = static_cast<int>(outcome.transition.value %
                                     static_cast<std::uint64_t>(std::numeric_limits<int>::max()));
    op.action = outcome.action;
}

void NodeHistory::record(std::size_t service, const Outcome& outcome) {
    Resource& resource = of(service);
    const int call = ++last_call_;
    const bool failed = is_failure(outcome);
    const Outcome written = as_written(outcome, failed);
    if (failed) {
        write(place(resource, outcome.interval, true), written, call, true);
        if (!is_probe(written)) count_failure(service, written);
    }
    if (outcome.interval == Millis{0} || !failed)
        write(place(resource, outcome.interval, false), written, call, false);
    // The guest takes a resource's monitors out of its table before it stops it.
    if (outcome.operation == "stop" && !failed) forget_monitors(service);
}

void NodeHistory::monitor_changed(std::size_t service, Millis interval, int rc, bool timed_out,
                                  WallTime at) {
    Resource* resource = find(service);
    if (!resource) return;
    HistoryOp* running = nullptr;
    HistoryOp* failure = nullptr;
    for (auto& op : resource->ops) {
        if (op.failure && op.interval == interval) failure = &op;
        if (!op.failure && op.interval == interval) running = &op;
    }
    const HistoryOp* origin = running ? running : failure;
    if (!origin) return;
    const HistoryOp copy = *origin;
    const Outcome outcome{copy.operation,
                          interval,
                          rc,
                          copy.target_rc,
                          timed_out,
                          at,
                          copy.digest,
                          TransitionId{static_cast<std::uint64_t>(copy.transition)},
                          copy.action};
    if (is_failure(outcome)) {
        write(place(*resource, interval, true), outcome, ++last_call_, true);
        count_failure(service, outcome);
        return;
    }
    std::erase_if(resource->ops,
                  [&](const HistoryOp& op) { return op.failure && op.interval == interval; });
    write(place(*resource, interval, false), outcome, ++last_call_, false);
}

void NodeHistory::count_failure(std::size_t service, const Outcome& outcome) {
    for (auto& known : fail_counts_) {
        if (known.service != service || known.operation != outcome.operation ||
            known.interval != outcome.interval)
            continue;
        ++known.count;
        known.last = outcome.at;
        return;
    }
    fail_counts_.push_back(
        {service, Text(outcome.operation, arena_), outcome.interval, 1, outcome.at});
}

void NodeHistory::forget_monitor(std::size_t service, Millis interval) {
    if (auto* resource = find(service))
        std::erase_if(resource->ops, [&](const HistoryOp& op) {
            return !op.failure && op.interval > Millis{0} && op.interval == interval;
        });
}

void NodeHistory::forget_monitors(std::size_t service) {
    if (auto* resource = find(service))
        std::erase_if(resource->ops,
                      [](const HistoryOp& op) { return !op.failure && op.interval > Millis{0}; });
}

void NodeHistory::forget_failures(std::size_t service) {
    if (auto* resource = find(service))
        std::erase_if(resource->ops, [](const HistoryOp& op) { return op.failure; });
    std::erase_if(fail_counts_, [&](const FailCount& c) { return c.service == service; });
}

void NodeHistory::forget(std::size_t service) {
    std::erase_if(resources_, [&](const Resource& r) { return r.service == service; });
    std::erase_if(fail_counts_, [&](const FailCount& c) { return c.service == service; });
}

void NodeHistory::rename(std::span<const std::size_t> to) {
    for (auto& resource : resources_) resource.service = to[resource.service];
    for (auto& count : fail_counts_) count.service = to[count.service];
    std::erase_if(resources_, [](const Resource& r) { return r.service == no_service; });
    std::erase_if(fail_counts_, [](const FailCount& c) { return c.service == no_service; });
}

void NodeHistory::clear() {
    resources_.clear();
    fail_counts_.clear();
}

}  // namespace cpe::deployment
