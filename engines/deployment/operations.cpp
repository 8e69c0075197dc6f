#include "engines/deployment/operations.hpp"

#include "engines/deployment/changes.hpp"
#include "engines/deployment/restraint.hpp"
#include "engines/deployment/results.hpp"
#include "engines/deployment/ticks.hpp"
#include "engines/deployment/transition.hpp"
#include "engines/deployment/watches.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace cpe::deployment {
namespace {

/// What agents of clones look at: OCF_RESKEY_CRM_meta_clone_max, ..._promotable, ...; the guest
/// itself adds name, interval and timeout.
void add_clone_facts(const GraphAction& action, OperationRequest& request) {
    for (const auto& [name, value] : action.meta)
        if (name.starts_with("clone") || name.starts_with("promot") || name.starts_with("notify") ||
            name.starts_with("globally") || name.starts_with("master"))
            request.parameters.emplace_back("CRM_meta_" + name, value);
}

/// What runs is looked for and stopped by the agent, and with the parameters, of its start.
void ask_as_started(const RanWith& with, const Service& model, OperationRequest& request) {
    request.agent_class = with.agent_class;
    request.provider = std::string(with.provider);
    request.type = std::string(with.type);
    std::erase_if(request.parameters, [&](const auto& parameter) {
        return std::any_of(model.parameters.begin(), model.parameters.end(),
                           [&](const Parameter& other) {
                               return other.name == std::string_view(parameter.first);
                           });
    });
    for (const auto& [name, value] : with.parameters)
        request.parameters.emplace_back(std::string(name), std::string(value));
    std::sort(request.parameters.begin(), request.parameters.end());
}

bool is_of_what_runs(const GraphAction& action) {
    return action.operation == "stop" || action.operation == "demote" ||
           (action.operation == "monitor" && action.interval == Millis{0});
}

OperationRequest request_of(const GraphAction& action, const Placement& p, const Service& model,
                            OperationId id) {
    OperationRequest request;
    request.id = id;
    request.resource = std::string(model.resource);
    request.agent_class = model.agent_class;
    request.provider = std::string(model.provider);
    request.type = std::string(model.type);
    request.operation = action.operation;
    request.interval = action.interval;
    if (action.timeout > Millis{0}) request.timeout = action.timeout;
    request.digest = action.digest;
    request.parameters.assign(action.parameters.begin(), action.parameters.end());
    if (p.ran_with && is_of_what_runs(action)) ask_as_started(*p.ran_with, model, request);
    if (model.floating && model.floating->is_clone()) add_clone_facts(action, request);
    request.expected_rc = action.target_rc;
    return request;
}

Operation operation_of(const World& w, const GraphAction& action, const Placement& p,
                       const OperationRequest& request) {
    Operation op;
    op.id = request.id;
    op.action = action.id;
    op.service = p.service;
    op.assembly = p.assembly;
    op.interval = action.interval;
    op.timeout = request.timeout;
    op.target_rc = action.target_rc;
    op.limit = w.now.mono + request.timeout + answer_margin;
    op.digest = action.digest;
    op.row.id = request.id;
    op.row.at = w.now.wall;
    op.row.transition = w.transition->row.id;
    op.row.assembly = action.node;
    op.row.service = std::string(w.service_of(p).model->name);
    op.row.resource = request.resource;
    op.row.operation = action.operation;
    op.row.interval = action.interval;
    op.row.expected_rc = action.target_rc;
    return op;
}

std::optional<Operation> take(World& w, OperationId id) {
    if (!w.transition) return std::nullopt;
    auto& operations = w.transition->operations;
    const auto at = std::find_if(operations.begin(), operations.end(),
                                 [&](const Operation& op) { return op.id == id; });
    if (at == operations.end()) return std::nullopt;
    Operation op = std::move(*at);
    operations.erase(at);
    return op;
}

void finish_row(World& w, Operation& op, const OperationResult& result) {
    op.row.finished_at = w.now.wall;
    switch (result.outcome) {
        case OperationResult::Outcome::done:
            op.row.rc = result.rc;
            // A probe that finds something else than expected has done its work.
            op.row.status = result.rc == op.target_rc || is_probe(op) ? ActionStatus::complete
                                                                      : ActionStatus::failed;
            break;
        case OperationResult::Outcome::timed_out: op.row.status = ActionStatus::timed_out; break;
        case OperationResult::Outcome::cancelled: op.row.status = ActionStatus::cancelled; break;
        case OperationResult::Outcome::lost: op.row.status = ActionStatus::lost; break;
    }
    w.journal.batch().actions.push_back(op.row);
}

/// A row of `actions` for a result that the guest's own monitor brought.
void tell_monitor(World& w, const Placement& p, const Watch& watch, const OperationResult& result) {
    const ServiceUnit& s = w.service_of(p);
    const bool timed_out = result.outcome == OperationResult::Outcome::timed_out;
    ActionRecord row;
    row.id = w.ids.next_operation();
    row.at = w.now.wall;
    row.finished_at = w.now.wall;
    row.assembly = std::string(w.home_of(p).model->name);
    row.service = std::string(s.model->name);
    row.resource = std::string(s.model->resource);
    row.operation = "monitor";
    row.interval = watch.interval;
    row.expected_rc = watch.target_rc;
    if (!timed_out) row.rc = result.rc;
    row.status = timed_out                      ? ActionStatus::timed_out
                 : result.rc == watch.target_rc ? ActionStatus::complete
                                                : ActionStatus::failed;
    w.journal.batch().actions.push_back(std::move(row));
}

void finish(World& w, Operation op, const OperationResult& result) {
    finish_row(w, op, result);
    if (!op.overtaken) return absorb(w, op, result);
    // It is looked for anew, and watched when it was found.
    w.transition->executor.fail(op.action);
    const std::string resource(w.services[op.service].model->resource);
    if (op.interval > Millis{0})
        w.journal.act(effect::CancelMonitor{op.row.assembly, resource, op.interval});
    interrupt(w, op.row.operation + " of " + resource + " was overtaken");
}

/// Pacemaker 2.1.5 restarts a promoted instance for an order's sake without promoting it again, and
/// then has it watched as promoted: its first monitor would fail, and count. The next plan promotes
/// it, and watches it then.
bool is_watched_too_early(const GraphAction& action, const Placement& p) {
    return action.operation == "monitor" && action.interval > Millis{0} &&
           action.target_rc == ocf::running_promoted && !p.promoted;
}

}  // namespace

void begin_operation(World& w, const GraphAction& action) {
    ServiceUnit* s = w.find_service(action.resource);
    const AssemblyUnit* a = w.find_assembly(action.node);
    Placement* p = s && a ? s->in(w.index_of(*a)) : nullptr;
    if (!p || a->life.state() != Life::State::member) {
        // For the plan it is as it was, but nobody can be asked there.
        if (p && is_left_alone(w, *a)) return w.transition->executor.leave_out(action.id);
        w.transition->executor.fail(action.id);
        return interrupt(
            w, "the plan wants " + action.resource + " on " + action.node + ", which is not there");
    }
    // Pacemaker's controller itself takes a monitor out of the guest's table: no agent is asked.
    if (action.operation == "cancel") {
        cancel_watch(w, *p, action.interval);
        return w.transition->executor.confirm(action.id);
    }
    if (action.operation == "delete") {  // it is another agent's from now on
        forget_ran_with(w, *p);
        w.home_of(*p).history.forget(p->service);
        return w.transition->executor.confirm(action.id);
    }
    // It ran when this was planned, and goes on without what is in maintenance as long as it runs.
    if (action.operation == "start" && waits_for_maintenance(w, *s)) {
        w.transition->left_out = w.transition->failed = true;
        w.transition->ended_by = title_of(w, *s) + " waits for what is in maintenance";
        return w.transition->executor.leave_out(action.id);
    }
    if (is_watched_too_early(action, *p)) {
        p->to_promote = true;
        want_tick(w, title_of(w, *p) + " is to be promoted");
        return w.transition->executor.confirm(action.id);
    }
    const OperationRequest request = request_of(action, *p, *s->model, w.ids.next_operation());
    auto op = operation_of(w, action, *p, request);
    w.journal.batch().actions.push_back(op.row);
    announce(w, *p, op);
    w.transition->operations.push_back(std::move(op));
    w.journal.act(effect::RunOperation{action.node, w.generation, request});
    arm_operations(w);
}

void on_operation_done(World& w, const event::OperationDone& done) {
    auto op = take(w, done.result.id);
    if (!op) return;  // it was given up before
    finish(w, std::move(*op), done.result);
    arm_operations(w);
}

void on_monitor_reported(World& w, const event::MonitorReported& event) {
    ServiceUnit* s = w.find_service(event.report.resource);
    const AssemblyUnit* a = w.find_assembly(event.assembly);
    Placement* p = s && a ? s->in(w.index_of(*a)) : nullptr;
    if (!p || a->life.state() != Life::State::member) return;
    const auto watch = std::find_if(p->watches.begin(), p->watches.end(), [&](const Watch& row) {
        return row.interval == event.report.interval && row.id == event.report.result.id;
    });
    if (watch == p->watches.end()) return;  // of a monitor that was replaced or cancelled
    tell_monitor(w, *p, *watch, event.report.result);
    absorb(w, *p, *watch, event.report.result);
}

void expire_operations(World& w) {
    if (!w.transition) return;
    std::vector<OperationId> late;
    for (const Operation& op : w.transition->operations)
        if (op.limit <= w.now.mono) late.push_back(op.id);
    for (const OperationId id : late) {
        OperationResult result;
        result.id = id;
        result.outcome = OperationResult::Outcome::timed_out;
        result.exit_reason = "no answer within its time limit";
        if (auto op = take(w, id)) finish(w, std::move(*op), result);
    }
    arm_operations(w);
}

void lose_operations(World& w, const AssemblyUnit& a, std::string_view why,
                     const std::vector<OperationId>* keep) {
    if (!w.transition) return;
    std::vector<OperationId> lost;
    for (const Operation& op : w.transition->operations) {
        if (op.assembly != w.index_of(a)) continue;
        if (keep && std::find(keep->begin(), keep->end(), op.id) != keep->end()) continue;
        lost.push_back(op.id);
    }
    for (const OperationId id : lost) {
        OperationResult result;
        result.id = id;
        result.outcome = OperationResult::Outcome::lost;
        result.exit_reason = why;
        if (auto op = take(w, id)) finish(w, std::move(*op), result);
    }
    arm_operations(w);
}

bool has_operations(const World& w, const AssemblyUnit& a) {
    if (!w.transition) return false;
    const auto& operations = w.transition->operations;
    return std::any_of(operations.begin(), operations.end(),
                       [&](const Operation& op) { return op.assembly == w.index_of(a); });
}

void overtake_looks(World& w, const AssemblyUnit& a) {
    if (!w.transition) return;
    for (Operation& op : w.transition->operations)
        op.overtaken |= op.assembly == w.index_of(a) && op.row.operation == "monitor";
}

}  // namespace cpe::deployment
