#include "adapters/ssh/desk.hpp"

#include <algorithm>
#include <utility>

namespace cpe::ssh {

namespace {

using Outcome = OperationResult::Outcome;
using guest::Job;
using guest::key_of;

bool is_recurring_monitor(const OperationRequest& request) {
    return request.operation == "monitor" && request.interval > Millis{0};
}

OperationResult result_of(OperationId id, Outcome outcome, std::string why) {
    OperationResult result;
    result.id = id;
    result.outcome = outcome;
    result.exit_reason = std::move(why);
    return result;
}

}  // namespace

Desk::Desk(DeskLimits limits)
    : limits_(limits), queue_(limits.queue, limits.parallel), monitors_(limits.monitors) {}

// From above.

void Desk::submit(OperationRequest request, MonoTime now) {
    const auto id = request.id;
    if (pending_.contains(id)) return;
    const bool full = pending_.size() >= limits_.operations;
    pending_[id] = {request.resource, boot_id_, request.timeout, {}};
    if (full)
        return answer(
            id, Outcome::cancelled,
            "too many operations without an answer, limit " + std::to_string(limits_.operations));
    if (auto refused = refusal_of(request)) {
        auto result = result_of(id, Outcome::done, std::move(refused->exit_reason));
        result.rc = refused->rc;
        return answer(std::move(result));
    }
    if (!up_) pending_[id].expires = now + request.timeout;
    if (request.operation == "stop") cancel_for_stop(request.resource);
    if (is_recurring_monitor(request)) cancel_one(key_of(request), "replaced by a newer monitor");
    if (!queue_.add({std::move(request), false}))
        return answer(
            id, Outcome::cancelled,
            "too many operations wait for this resource, limit " + std::to_string(limits_.queue));
    begin_what_may(now);
}

void Desk::cancel_monitor(const std::string& resource, Millis interval) {
    cancel_one({resource, interval}, "cancelled by cped");
}

/// Nothing may look at a service that is being stopped, and a stop waits for no monitor's turn.
void Desk::cancel_for_stop(const std::string& resource) {
    monitors_.remove_all_of(resource);
    for (auto& [id, run] : runs_)
        if (run.job.request.resource == resource) run.unwanted = true;
    cancelled(queue_.take_monitors(resource), "overtaken by a stop");
}

void Desk::cancel_one(const guest::MonitorKey& key, const char* why) {
    if (key.second <= Millis{0}) return;
    monitors_.remove(key);
    for (auto& [id, run] : runs_)
        if (is_recurring_monitor(run.job.request) && key_of(run.job.request) == key)
            run.unwanted = true;
    cancelled(queue_.take_monitor(key), why);
}

void Desk::cancelled(const std::vector<Job>& jobs, const char* why) {
    for (const auto& job : jobs)
        if (!job.recurring) answer(job.request.id, Outcome::cancelled, why);
}

void Desk::answer(OperationResult result) {
    if (pending_.erase(result.id) > 0) ready_.told.emplace_back(std::move(result));
}

void Desk::answer(OperationId id, Outcome outcome, std::string why) {
    answer(result_of(id, outcome, std::move(why)));
}

// The guest comes and goes.

GuestHello Desk::up(const GuestFacts& facts, MonoTime now) {
    if (facts.boot_id != boot_id_) {
        monitors_.clear();
        queue_.drop_recurring();
        lose_waiting(facts.boot_id);
    }
    boot_id_ = facts.boot_id;
    up_ = true;
    GuestHello hello;
    hello.boot_id = facts.boot_id;
    hello.hostname = facts.hostname;
    hello.monitors = monitors_.entries();
    for (auto& [id, waits] : pending_) {
        waits.expires.reset();
        hello.operations.push_back(id);
    }
    advance(now);
    return hello;
}

/// What was asked of another life of the guest was not meant for this one.
void Desk::lose_waiting(const std::string& boot_id) {
    std::vector<OperationId> lost;
    for (const auto& [id, waits] : pending_)
        if (!waits.meant_for.empty() && waits.meant_for != boot_id) lost.push_back(id);
    for (const auto id : lost) {
        queue_.take_asked(pending_[id].resource, id);
        answer(id, Outcome::lost, "the guest was booted anew");
    }
}

void Desk::down(MonoTime now) {
    if (!std::exchange(up_, false)) return;
    for (const auto& [id, run] : std::exchange(runs_, {})) {
        queue_.finished(run.job.request.resource);
        if (!run.job.recurring)
            answer(run.job.request.id, Outcome::lost,
                   "the connection to the guest ended while it ran");
    }
    queue_.drop_recurring();
    monitors_.interrupted(now);
    ready_.runs.clear();
    ready_.kills.clear();
    for (const auto id : queue_.waiting()) pending_[id].expires = now + pending_[id].timeout;
}

// Runs.

void Desk::begin_what_may(MonoTime now) {
    if (!up_) return;
    while (auto job = queue_.next()) {
        const RunId id{++last_run_};
        if (job->recurring) monitors_.started(job->request);
        ready_.runs.push_back({id, job->request});
        runs_.emplace(id, Going{std::move(*job), now});
    }
}

std::optional<Desk::Going> Desk::take_run(RunId id) {
    const auto found = runs_.find(id);
    if (found == runs_.end()) return std::nullopt;
    Going going = std::move(found->second);
    runs_.erase(found);
    queue_.finished(going.job.request.resource);
    return going;
}

void Desk::ended(RunId id, RunEnd end, MonoTime now) {
    const auto going = take_run(id);
    if (!going) return;
    OperationResult result;
    result.id = going->job.request.id;
    result.outcome = going->killed ? Outcome::timed_out : Outcome::done;
    result.rc = going->killed ? ocf::unknown_error : end.rc;
    result.exit_reason = std::move(end.exit_reason);
    result.output = std::move(end.output);
    result.duration = now - going->began;
    if (!going->job.recurring)
        end_operation(*going, std::move(result), now);
    else if (!going->unwanted)
        if (auto report = monitors_.finished(going->job.request, std::move(result), now))
            ready_.told.emplace_back(std::move(*report));
    begin_what_may(now);
}

void Desk::end_operation(const Going& going, OperationResult result, MonoTime now) {
    const auto& request = going.job.request;
    const bool stays = is_recurring_monitor(request) && !going.unwanted;
    if (stays && !monitors_.put(request, result, now))
        return answer(
            request.id, Outcome::cancelled,
            "the table of recurring monitors is full, limit " + std::to_string(limits_.monitors));
    answer(std::move(result));
}

void Desk::vanished(RunId id, const std::string& why, MonoTime now) {
    const auto found = runs_.find(id);
    if (found == runs_.end()) return;
    if (found->second.killed) return ended(id, {ocf::unknown_error, why, {}}, now);
    const auto going = take_run(id);
    if (going->job.recurring) {
        monitors_.came_to_nothing(going->job.request);
        monitors_rest_until_ = now + limits_.retry;
    } else {
        answer(going->job.request.id, Outcome::lost, why);
    }
    begin_what_may(now);
}

// Time.

void Desk::advance(MonoTime now) {
    std::vector<OperationId> late;
    for (const auto& [id, waits] : pending_)
        if (waits.expires && *waits.expires <= now) late.push_back(id);
    for (const auto id : late) {
        queue_.take_asked(pending_[id].resource, id);
        answer(id, Outcome::lost, "its time limit passed without a connection to the guest");
    }
    if (!up_) return;
    for (auto& [id, run] : runs_) {
        if (run.killed || now < run.began + run.job.request.timeout) continue;
        run.killed = true;
        ready_.kills.push_back(id);
    }
    if (now >= monitors_rest_until_)
        for (auto& request : monitors_.take_due(now, limits_.ahead))
            queue_.add({std::move(request), true});
    begin_what_may(now);
}

std::optional<MonoTime> Desk::next_deadline() const {
    std::optional<MonoTime> next;
    const auto earlier = [&next](MonoTime at) { next = next ? std::min(*next, at) : at; };
    for (const auto& [id, waits] : pending_)
        if (waits.expires) earlier(*waits.expires);
    if (!up_) return next;
    if (const auto due = monitors_.next_due()) earlier(std::max(*due, monitors_rest_until_));
    for (const auto& [id, run] : runs_)
        if (!run.killed) earlier(run.began + run.job.request.timeout);
    return next;
}

}  // namespace cpe::ssh
