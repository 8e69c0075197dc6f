#include "engines/deployment/lifecycle.hpp"

#include "engines/deployment/assembly_restart.hpp"
#include "engines/deployment/braking.hpp"
#include "engines/deployment/changes.hpp"
#include "engines/deployment/failures.hpp"
#include "engines/deployment/give_up.hpp"
#include "engines/deployment/hand.hpp"
#include "engines/deployment/maintenance.hpp"
#include "engines/deployment/membership.hpp"
#include "engines/deployment/overhaul.hpp"
#include "engines/deployment/ticks.hpp"

#include <algorithm>

namespace cpe::deployment {
namespace {

using Wish = event::Operator::Wish;

/// What leaves is on its way further than that.
bool is_down(const AssemblyUnit& a) {
    const auto state = a.life.state();
    return state == Life::State::off ||
           (a.model->leaving && (state == Life::State::destroying ||
                                 state == Life::State::undestroyed || state == Life::State::gone));
}

bool all_are_down(const World& w) {
    return std::all_of(w.assemblies.begin(), w.assemblies.end(), is_down);
}

bool all_lives_are(const World& w, Life::State state) {
    return std::all_of(w.assemblies.begin(), w.assemblies.end(),
                       [&](const AssemblyUnit& a) { return a.life.state() == state; });
}

void start_wished(World& w) {
    bool cleared = clear_hard_failures(w);
    cleared |= try_again(w, "an operator wants it tried again");
    if (w.phase == Phase::up || w.ladder.overhaul != Overhaul::none) {
        if (cleared) interrupt(w, "an operator wants what failed tried again");
        return;
    }
    w.journal.batch().wanted = true;
    bring_up(w);
}

/// It is wanted, or an overhaul takes it down only to bring it up again.
bool is_wanted(const World& w) {
    return w.phase == Phase::up || w.ladder.overhaul != Overhaul::none;
}

void take_down(World& w) {
    if (is_wanted(w)) w.journal.batch().wanted = false;
    forget_overhaul(w);
    bring_down(w, "the deployable is stopped");
    end_brake(w, "the deployable is stopped");
    try_again(w, "an operator stops it");
}

void remove_wished(World& w) {
    if (w.deleting) return;
    w.deleting = true;
    w.journal.batch().deleting = true;
    w.phase == Phase::stopped ? void(w.phase = Phase::down) : take_down(w);
}

void clear_away(World& w) {
    w.phase = Phase::clearing;
    aim_all(w, Life::Goal::gone);
}

Result<> grant(World& w, const event::Operator& event) {
    switch (event.wish) {
        case Wish::start: tell_wish(w, event, {}); return start_wished(w), Result<>();
        case Wish::stop:
            tell_wish(w, event, {});
            if (is_wanted(w)) take_down(w);
            return {};
        case Wish::remove: tell_wish(w, event, {}); return remove_wished(w), Result<>();
        default: return lend_hand(w, event);
    }
}

void retire(World& w) {
    w.phase = Phase::gone;
    w.timers.clear_all();
    w.journal.tell("configuration_change", {}, "deleted", "everything of it is gone");
    w.journal.batch().gone = true;
    w.journal.act(effect::Retire{});
}

}  // namespace

void bring_up(World& w) {
    w.phase = Phase::up;
    w.drained = false;
    w.all_ran = false;
    w.remember = true;
    for (AssemblyUnit& a : w.assemblies) {
        a.not_before.reset();  // a person does not wait
        a.ran = a.life.state() == Life::State::member;
    }
    show_maintenance(w, "the deployable is started");
    // With nothing booted yet there is nothing to plan.
    if (!all_are_down(w)) interrupt(w, "the deployable is started");
    aim_all(w, Life::Goal::up);
}

void bring_down(World& w, const std::string& why) {
    forget_restarts(w);
    if (w.phase == Phase::up) {
        w.phase = Phase::draining;
        w.drained = false;
        show_maintenance(w, why);
        interrupt(w, why);
    }
    aim_all(w, Life::Goal::down);
}

void on_operator(World& w, const event::Operator& event) {
    const bool helps = event.wish == Wish::remove || event.wish == Wish::confirm_down;
    if (w.deleting && !helps) {
        w.journal.act(effect::Reply{
            event.token,
            Error{Errc::refused, "it is being deleted", "deployable '" + w.key.name + "'", {}}});
        return;
    }
    if (auto may = check_restraint(w, event); !may)
        return w.journal.act(effect::Reply{event.token, may});
    w.journal.act(effect::Reply{event.token, grant(w, event)});
}

bool advance(World& w) {
    switch (w.phase) {
        case Phase::up: return begin_overhaul(w) || begin_restart(w);
        case Phase::draining:
            if (w.transition || !(w.drained || nothing_runs(w))) return false;
            w.phase = Phase::down;
            forget_ticks(w);
            for (AssemblyUnit& a : w.assemblies) drive(w, a, Life::Input::release);
            return true;
        case Phase::down:
            if (!all_are_down(w)) return false;
            if (w.ladder.overhaul != Overhaul::none) return end_overhaul(w), true;
            w.phase = Phase::stopped;
            if (w.why.empty()) w.why = "all assemblies are stopped";
            if (w.deleting) clear_away(w);
            return true;
        case Phase::clearing:
            if (!all_lives_are(w, Life::State::gone)) return false;
            retire(w);
            return true;
        default: return false;
    }
}

}  // namespace cpe::deployment
