#include "engines/deployment/deployment.hpp"

#include "engines/deployment/agents.hpp"
#include "engines/deployment/braking.hpp"
#include "engines/deployment/changes.hpp"
#include "engines/deployment/cib_input.hpp"
#include "engines/deployment/failures.hpp"
#include "engines/deployment/give_up.hpp"
#include "engines/deployment/host_keys.hpp"
#include "engines/deployment/instances.hpp"
#include "engines/deployment/leftover_records.hpp"
#include "engines/deployment/leftovers.hpp"
#include "engines/deployment/lifecycle.hpp"
#include "engines/deployment/membership.hpp"
#include "engines/deployment/memory.hpp"
#include "engines/deployment/operations.hpp"
#include "engines/deployment/punctuality.hpp"
#include "engines/deployment/refusals.hpp"
#include "engines/deployment/reload.hpp"
#include "engines/deployment/restore.hpp"
#include "engines/deployment/restraint.hpp"
#include "engines/deployment/strangers.hpp"
#include "engines/deployment/ticks.hpp"
#include "engines/deployment/transition.hpp"
#include "engines/deployment/view.hpp"

#include <stdexcept>
#include <utility>

namespace cpe::deployment {

struct Deployment::State {
    State(Deployable model, translate::Configuration configuration, StoredDeployable from,
          const translate::Stylesheet& sheet, Settings settings, IdSource& ids, LogSink log,
          std::pmr::memory_resource& arena)
        : stylesheet(sheet),
          stored(std::move(from)),
          world(std::move(model), std::move(configuration), std::move(settings), ids,
                std::move(log), arena) {}

    void handle(event::Begin) {
        begin(world, stored);
        stored = {};
    }
    void handle(event::Wake) {}  // timers that are due fire in every step
    void handle(const event::Operator& e) { on_operator(world, e); }
    void handle(event::Reload& e) { on_reload(world, e, stylesheet); }
    void handle(const event::Brake& e) { on_brake(world, e); }
    void handle(const event::StoodStill& e) { forgive(world, e.span); }
    [[noreturn]] void handle(const event::Fault&) {
        throw std::logic_error("an injected fault (debug fault dpe-exception)");
    }
    void handle(event::InstanceChanged& e) { on_instance_changed(world, std::move(e)); }
    void handle(event::InstanceCommandDone& e) { on_command_done(world, std::move(e)); }
    void handle(const event::GuestUp& e) { on_guest_up(world, e); }
    void handle(const event::GuestHeartbeat& e) { on_heartbeat(world, e); }
    void handle(const event::GuestGone& e) { on_guest_gone(world, e); }
    void handle(const event::GuestRefused& e) { on_guest_refused(world, e); }
    void handle(const event::GuestStranger& e) { on_guest_stranger(world, e); }
    void handle(const event::OperationDone& e) {
        if (!on_metadata(world, e)) on_operation_done(world, e);
    }
    void handle(const event::MonitorReported& e) { on_monitor_reported(world, e); }
    void handle(event::TickDone& e) { on_tick_done(world, std::move(e)); }

    void fire(TimerId timer);
    Ready refuse(const Event& event);
    Ready finish();

    /// Steps come about when they were asked for, or nothing can be said about who is silent.
    void check_punctuality() {
        if (!promised) return;
        const Millis late = world.now.mono - *promised;
        if (late > world.settings.heartbeat_interval / 2) forgive(world, late);
    }

    const translate::Stylesheet& stylesheet;
    StoredDeployable stored;           ///< until Begin
    std::optional<MonoTime> promised;  ///< the last wake_at
    World world;
};

void Deployment::State::fire(TimerId timer) {
    World& w = world;
    switch (timer.kind) {
        case TimerKind::heartbeat: return check_silence(w, w.assemblies[timer.index]);
        case TimerKind::life: return on_life_timer(w, w.assemblies[timer.index]);
        case TimerKind::hold: {
            ServiceUnit& s = w.services[timer.index];
            end_hold(s);
            return want_tick(w, "the pause of service " + title_of(w, s) + " is over");
        }
        case TimerKind::operations: return expire_operations(w);
        case TimerKind::agents: return expire_questions(w, w.assemblies[timer.index]);
        case TimerKind::tick: return;  // asked for below, if still wanted
        case TimerKind::recheck: return want_tick(w, "recheck");
        case TimerKind::retry: return void(try_again(w, "what was given up is tried again"));
    }
}

/// A retired DPE only says no.
Ready Deployment::State::refuse(const Event& event) {
    Ready ready;
    const auto say_no = [&](Token token) {
        ready.effects.emplace_back(effect::Reply{
            token,
            Error{Errc::not_found, "it was deleted", "deployable '" + world.key.name + "'", {}}});
    };
    if (const auto* wish = std::get_if<event::Operator>(&event)) say_no(wish->token);
    if (const auto* reload = std::get_if<event::Reload>(&event)) say_no(reload->token);
    return ready;
}

Ready Deployment::State::finish() {
    World& w = world;
    if (w.touched && w.phase != Phase::gone) {
        review(w);
        remember(w);
        if (std::exchange(w.status_changed, false)) w.journal.batch().status = view(w);
    }
    Ready ready = w.journal.take();
    if (!ready.persist.empty()) ready.persist.key = w.key;
    ready.wake_at = promised = w.timers.next();
    return ready;
}

Deployment::Deployment(Deployable model, StoredDeployable stored,
                       const translate::Stylesheet& stylesheet, Settings settings, IdSource& ids,
                       LogSink log, std::pmr::memory_resource& arena) {
    recall_leftovers(model, stored, arena);
    auto configuration = translate::Configuration::translate(model, stylesheet);
    state_ = std::make_unique<State>(std::move(model), std::move(configuration.value()),
                                     std::move(stored), stylesheet, std::move(settings), ids,
                                     std::move(log), arena);
    restore(state_->world, state_->stored);
}

Deployment::~Deployment() = default;

Ready Deployment::step(Event event, const Now& now) {
    World& w = state_->world;
    if (w.phase == Phase::gone) return state_->refuse(event);
    w.now = now;
    w.why.clear();
    w.touched = !std::holds_alternative<event::GuestHeartbeat>(event) &&
                !std::holds_alternative<event::Wake>(event);
    w.journal.begin(now.wall);
    state_->check_punctuality();
    std::visit([this](auto& e) { state_->handle(e); }, event);
    while (const auto timer = w.timers.take_due(now.mono)) state_->fire(*timer);
    // One step may end one thing and begin the next: a transition, a stage of a stop, a tick.
    while (pump(w) || advance(w) || clear_leftovers(w, state_->stylesheet) || start_tick(w)) {
    }
    return state_->finish();
}

Generation Deployment::generation() const {
    return state_->world.generation;
}

DeployableStatus Deployment::status() const {
    return view(state_->world);
}

std::vector<Population> Deployment::census() const {
    return deployment::census(state_->world);
}

Result<std::string> Deployment::admission_cib() const {
    return make_cib(state_->world);
}

Result<std::string> Deployment::reload_cib(Deployable fresh,
                                           std::pmr::memory_resource& memory) const {
    return deployment::reload_cib(state_->world, std::move(fresh), state_->stylesheet, memory);
}

}  // namespace cpe::deployment
