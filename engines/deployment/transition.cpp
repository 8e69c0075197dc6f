#include "engines/deployment/transition.hpp"

#include "engines/deployment/changes.hpp"
#include "engines/deployment/membership.hpp"
#include "engines/deployment/operations.hpp"
#include "engines/deployment/restraint.hpp"
#include "engines/deployment/ticks.hpp"

#include <algorithm>
#include <utility>

namespace cpe::deployment {
namespace {

bool has_work(const TransitionGraph& graph) {
    for (const Synapse& synapse : graph.synapses)
        for (const GraphAction& action : synapse.actions)
            if (action.kind != GraphAction::Kind::pseudo) return true;
    return false;
}

/// The scheduler's stonith action is our instance restart: it joins the fence that runs.
void join_fence(World& w, const GraphAction& action) {
    AssemblyUnit* a = w.find_assembly(action.node);
    if (!a) {
        w.transition->executor.fail(action.id);
        return interrupt(w, "a fence of the unknown node " + action.node + " was planned");
    }
    const auto state = a->life.state();
    if (state == Life::State::member && a->shown_lost) {
        w.transition->executor.fail(action.id);
        return interrupt(w, "assembly " + action.node + " came back before its planned fence");
    }
    w.transition->fences.emplace_back(action.id, w.index_of(*a));
    if (a->awaits_person) return fence_left_out(w, *a);
    if (state == Life::State::fencing || state == Life::State::unfenced) return;
    // Proven dead since the scheduler was asked: it is not to die again while it boots.
    if (state != Life::State::member) {
        fence_ended(w, *a, true);
        return;
    }
    lose(w, *a, "the policy engine found it unclean", Counted::yes);
}

/// A failure that has grown old. Where nobody has repaired it meanwhile (the brake), the history
/// would say without it that the service runs: it is probed.
void forget_old_failure(World& w, AssemblyUnit& a, ServiceUnit& s) {
    a.history.forget_failures(w.index_of(s));
    const Placement* p = s.in(w.index_of(a));
    if (!p || p->state != ServiceState::failed) return;
    a.history.forget(w.index_of(s));
    interrupt(w, "the failure of service " + title_of(w, s) + " has grown old unrepaired");
}

/// Bookkeeping that Pacemaker's controller would do.
void do_chore(World& w, const GraphAction& action) {
    AssemblyUnit* a = w.find_assembly(action.node);
    ServiceUnit* s = w.find_service(action.resource);
    if (action.operation == "clear_failcount" && a && s) {
        forget_old_failure(w, *a, *s);
        return w.transition->executor.confirm(action.id);
    }
    if ((action.operation == "lrm_delete" || action.operation == "delete") && a && s) {
        if (Placement* p = s->in(w.index_of(*a))) forget_ran_with(w, *p);
        a->history.forget(w.index_of(*s));
        return w.transition->executor.confirm(action.id);
    }
    w.journal.tell("limit", {action.node, {}}, {},
                   "the planned action '" + action.operation + "' is not supported");
    w.transition->ended_by = "the planned action '" + action.operation + "' is not supported";
    w.transition->failed = true;
    w.transition->executor.fail(action.id);
}

/// What is not to be touched, in a plan that may only look: the rest of it goes on.
void leave_alone(World& w, const GraphAction& action) {
    w.transition->executor.leave_out(action.id);
    w.transition->failed = w.transition->left_out = true;
    w.transition->ended_by = "it only looks: what else is to be done has to wait";
}

void dispatch(World& w, const GraphAction& action) {
    if (!may_begin(w, action))
        return w.ticks.looks ? leave_alone(w, action) : w.transition->executor.fail(action.id);
    switch (action.kind) {
        case GraphAction::Kind::pseudo: return w.transition->executor.confirm(action.id);
        case GraphAction::Kind::rsc: return begin_operation(w, action);
        case GraphAction::Kind::fence: return join_fence(w, action);
        case GraphAction::Kind::crm: return do_chore(w, action);
    }
}

void end_transition(World& w) {
    Transition& t = *w.transition;
    const bool complete = t.executor.complete();
    if (!complete && t.ended_by.empty()) {
        t.failed = true;
        t.ended_by = "its actions wait for each other";
    }
    t.row.status = complete && t.ended_by.empty() ? "complete" : t.failed ? "failed" : "aborted";
    t.row.finished_at = w.now.wall;
    w.journal.batch().transitions.push_back(t.row);
    w.journal.tell("transition_finished", {}, t.row.status,
                   t.ended_by.empty() ? t.row.cause : t.ended_by);
    w.journal.within({});
    // All that could be done is done; what does not run waits for somebody, or for a place.
    const bool done = t.row.status == "complete" || (t.left_out && !t.aborted);
    w.ticks.idle = done && !w.ticks.wanted;
    const bool waits = t.left_out && !t.aborted;
    w.transition.reset();
    w.status_changed = true;
    // What waits for a person is planned again when that person has spoken.
    if (w.phase == Phase::draining && !nothing_runs(w) && !waits)
        want_tick(w, "something is left to stop");
    if (w.ticks.looks || w.ticks.wanted || !is_unwatched_behind_a_fence(w)) return;
    w.ticks.glance_next = true;
    want_tick(w, "something that runs is not watched while a fence is waited for");
}

}  // namespace

void begin_transition(World& w, TransitionGraph graph, const std::string& cause,
                      const std::string& cib) {
    w.ticks.idle = !has_work(graph);
    if (w.ticks.idle) {
        w.touched = true;
        // Nothing is left that the scheduler would stop: the instances' end is the proof then.
        if (w.phase == Phase::draining && !w.ticks.wanted && !w.ticks.looks) w.drained = true;
        return;
    }
    w.transition.emplace(std::move(graph), w.arena);
    auto& row = w.transition->row;
    row.id = w.ids.next_transition();
    row.at = w.now.wall;
    row.cause = cause;
    row.status = "running";
    row.actions = static_cast<int>(w.transition->executor.size());
    row.input = cib;
    w.journal.batch().transitions.push_back(row);
    row.input.clear();
    w.journal.within(row.id);
    w.status_changed = true;
    w.journal.tell("transition_started", {}, "running", cause);
}

bool pump(World& w) {
    if (!w.transition) return false;
    bool any = false;
    while (const GraphAction* action = w.transition->executor.next()) {
        any = true;
        dispatch(w, *action);
    }
    if (!w.transition->executor.at_rest()) return any;
    end_transition(w);
    return true;
}

void abort_transition(World& w, std::string_view why) {
    if (!w.transition) return;
    if (w.transition->ended_by.empty()) w.transition->ended_by = why;
    if (std::exchange(w.transition->aborted, true)) return;
    w.transition->executor.halt();
    ++w.generation.value;
    for (const auto& [action, assembly] : std::exchange(w.transition->fences, {}))
        w.transition->executor.fail(action);
}

bool fence_ended(World& w, const AssemblyUnit& a, bool confirmed) {
    if (!w.transition) return false;
    auto& fences = w.transition->fences;
    bool any = false;
    for (std::size_t i = fences.size(); i-- > 0;) {
        const auto [action, assembly] = fences[i];
        if (assembly != w.index_of(a)) continue;
        any = true;
        fences.erase(fences.begin() + static_cast<std::ptrdiff_t>(i));
        if (confirmed) {
            w.transition->executor.confirm(action);
            continue;
        }
        w.transition->executor.fail(action);
        w.transition->failed = true;
        w.transition->ended_by = "the fence of an assembly could not be confirmed";
    }
    return any;
}

void fence_left_out(World& w, const AssemblyUnit& a) {
    if (!w.transition) return;
    std::erase_if(w.transition->fences, [&](const auto& fence) {
        if (fence.second != w.index_of(a)) return false;
        w.transition->executor.leave_out(fence.first);
        w.transition->failed = w.transition->left_out = true;
        w.transition->ended_by =
            "assembly " + std::string(a.model->name) + " can only be confirmed down by a person";
        return true;
    });
}

void arm_operations(World& w) {
    constexpr TimerId timer{TimerKind::operations, 0};
    if (!w.transition || w.transition->operations.empty()) return w.timers.clear(timer);
    const auto& operations = w.transition->operations;
    const auto first =
        std::min_element(operations.begin(), operations.end(),
                         [](const Operation& a, const Operation& b) { return a.limit < b.limit; });
    w.timers.set(timer, first->limit);
}

}  // namespace cpe::deployment
