#include "src/cpe-agent/core.hpp"

#include <algorithm>
#include <utility>

namespace cpe::guest {

namespace {

using Outcome = OperationResult::Outcome;

bool is_recurring_monitor(const OperationRequest& request) {
    return request.operation == "monitor" && request.interval > Millis{0};
}

OperationResult never_begun(OperationId id, std::string why) {
    return {id, Outcome::cancelled, 0, std::move(why), {}, Millis{0}};
}

}  // namespace

Core::Core(Identity identity, Limits limits)
    : identity_(std::move(identity)),
      limits_(limits),
      queue_(limits.queue, limits.parallel),
      monitors_(limits.monitors),
      outbox_(limits.reports),
      memory_(limits.remembered) {}

// The connection.

void Core::connected(MonoTime now) {
    link_ = Link::greeted;
    link_deadline_ = now + limits_.welcome;
    agent::Hello hello;
    hello.guest = {identity_.boot_id, identity_.agent_id, identity_.hostname, monitors_.entries(),
                   operations()};
    ready_.messages.emplace_back(std::move(hello));
}

void Core::disconnected() {
    link_ = Link::down;
}

void Core::disconnect(std::string why) {
    link_ = Link::down;
    ready_.disconnect = std::move(why);
}

void Core::send(agent::FromGuest message) {
    if (link_ == Link::up) ready_.messages.push_back(std::move(message));
}

void Core::receive(agent::ToGuest message, MonoTime now) {
    if (link_ == Link::down) return;
    std::visit([&](auto& words) { on(std::move(words), now); }, message);
    begin_what_may(now);
}

void Core::on(const agent::Welcome& welcome, MonoTime now) {
    if (welcome.protocol != agent::protocol_version)
        return disconnect("cped speaks version " + std::to_string(welcome.protocol) +
                          " of the agent protocol, this agent version " +
                          std::to_string(agent::protocol_version));
    if (link_ == Link::up) return disconnect("cped said welcome twice");
    link_ = Link::up;
    heartbeat_ = std::clamp(welcome.heartbeat, limits_.heartbeat_min, limits_.heartbeat_max);
    link_deadline_ = now;  // the first heartbeat at once: cped compares the tables early
    for (auto& result : outbox_.acknowledge(welcome.acknowledged)) memory_.keep(std::move(result));
    for (auto& message : outbox_.unacknowledged()) send(std::move(message));
    advance(now);
}

void Core::on(const agent::Refused& refused, MonoTime /*now*/) {
    disconnect("cped refused this agent: " + refused.reason);
}

void Core::on(const agent::Acknowledge& acknowledge, MonoTime /*now*/) {
    for (auto& result : outbox_.acknowledge(acknowledge.sequence)) memory_.keep(std::move(result));
}

// Operations.

bool Core::under_way(OperationId id) const {
    const auto ids = queue_.waiting();
    return std::find(ids.begin(), ids.end(), id) != ids.end() ||
           std::any_of(runs_.begin(), runs_.end(), [&](const auto& entry) {
               return !entry.second.job.recurring && entry.second.job.request.id == id;
           });
}

std::vector<OperationId> Core::operations() const {
    auto ids = queue_.waiting();
    for (const auto& [run, state] : runs_)
        if (!state.job.recurring) ids.push_back(state.job.request.id);
    const auto done = outbox_.operations();
    ids.insert(ids.end(), done.begin(), done.end());
    std::sort(ids.begin(), ids.end());
    return ids;
}

void Core::on(agent::Perform perform, MonoTime /*now*/) {
    auto& request = perform.request;
    if (under_way(request.id) || outbox_.holds(request.id)) return;  // its answer comes anyway
    if (const auto* known = memory_.find(request.id)) return finish(*known);
    if (queue_.waiting().size() + runs_.size() + outbox_.results() >= limits_.results)
        return disconnect("too many operations without acknowledgement, limit " +
                          std::to_string(limits_.results));
    if (request.operation == "stop") cancel_for_stop(request.resource);
    if (is_recurring_monitor(request)) cancel_one(key_of(request), "replaced by a newer monitor");
    const auto id = request.id;
    if (queue_.add({std::move(request), false})) return;
    finish(never_begun(
        id, "too many operations wait for this resource, limit " + std::to_string(limits_.queue)));
}

void Core::on(const agent::CancelMonitor& cancel, MonoTime /*now*/) {
    cancel_one({cancel.resource, cancel.interval}, "cancelled by cped");
}

/// Nothing may look at a service that is being stopped, and a stop waits for no monitor's turn.
void Core::cancel_for_stop(const std::string& resource) {
    constexpr const char* why = "overtaken by a stop";
    monitors_.remove_all_of(resource);
    for (auto& [id, run] : runs_)
        if (run.job.request.resource == resource) run.unwanted = true;
    cancelled(queue_.take_monitors(resource), why);
}

void Core::cancel_one(const MonitorKey& key, const char* why) {
    if (key.second <= Millis{0}) return;
    monitors_.remove(key);
    for (auto& [id, run] : runs_)
        if (is_recurring_monitor(run.job.request) && key_of(run.job.request) == key)
            run.unwanted = true;
    cancelled(queue_.take_monitor(key), why);
}

void Core::cancelled(const std::vector<Job>& jobs, const char* why) {
    for (const auto& job : jobs)
        if (!job.recurring) finish(never_begun(job.request.id, why));
}

void Core::finish(OperationResult result) {
    send(outbox_.add(std::move(result)));
}

void Core::begin_what_may(MonoTime now) {
    while (auto job = queue_.next()) {
        const RunId run{++last_run_};
        if (job->recurring) monitors_.started(job->request);
        ready_.spawns.push_back({run, job->request});
        runs_.emplace(run, Run{std::move(*job), now});
    }
}

void Core::exited(RunId id, RunEnd end, MonoTime now) {
    const auto found = runs_.find(id);
    if (found == runs_.end()) return;
    const Run run = std::move(found->second);
    runs_.erase(found);
    queue_.finished(run.job.request.resource);

    OperationResult result;
    result.id = run.job.request.id;
    result.outcome = run.killed ? Outcome::timed_out : Outcome::done;
    result.rc = run.killed ? ocf::unknown_error : end.rc;
    result.exit_reason = std::move(end.exit_reason);
    result.output = std::move(end.output);
    result.duration = now - run.began;
    if (run.job.recurring)
        end_recurring(run, std::move(result), now);
    else
        end_operation(run, std::move(result), now);
    begin_what_may(now);
}

void Core::end_recurring(const Run& run, OperationResult result, MonoTime now) {
    if (run.unwanted) return;
    if (auto report = monitors_.finished(run.job.request, std::move(result), now))
        send(outbox_.add(std::move(*report)));
}

void Core::end_operation(const Run& run, OperationResult result, MonoTime now) {
    const auto& request = run.job.request;
    const bool stays = is_recurring_monitor(request) && !run.unwanted;
    if (stays && !monitors_.put(request, result, now))
        result = never_begun(request.id, "the table of recurring monitors is full, limit " +
                                             std::to_string(limits_.monitors));
    finish(std::move(result));
}

// Time.

void Core::advance(MonoTime now) {
    for (auto& [id, run] : runs_) {
        if (run.killed || now < run.began + run.job.request.timeout) continue;
        run.killed = true;
        ready_.kills.push_back(id);
    }
    for (auto& request : monitors_.take_due(now)) queue_.add({std::move(request), true});
    begin_what_may(now);
    if (link_ == Link::down || now < link_deadline_) return;
    if (link_ == Link::greeted) return disconnect("cped did not answer the hello");
    link_deadline_ = now + heartbeat_;
    send(agent::Heartbeat{monitors_.hash(), monitors_.oldest_overdue(now)});
}

std::optional<MonoTime> Core::next_deadline() const {
    auto next = monitors_.next_due();
    const auto earlier = [&next](MonoTime at) { next = next ? std::min(*next, at) : at; };
    if (link_ != Link::down) earlier(link_deadline_);
    for (const auto& [id, run] : runs_)
        if (!run.killed) earlier(run.began + run.job.request.timeout);
    return next;
}

}  // namespace cpe::guest
