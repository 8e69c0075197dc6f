#include "engines/deployment/lifecycle.hpp"

#include "engines/deployment/changes.hpp"
#include "engines/deployment/failures.hpp"
#include "engines/deployment/membership.hpp"
#include "engines/deployment/ticks.hpp"

#include <algorithm>

namespace cpe::deployment {
namespace {

using Wish = event::Operator::Wish;

std::string_view name_of(Wish wish) {
    constexpr std::string_view names[] = {"start",   "stop",  "delete",         "confirm-down",
                                          "restart", "retry", "maintenance on", "maintenance off"};
    return names[static_cast<int>(wish)];
}

bool all_lives_are(const World& w, Life::State state) {
    return std::all_of(w.assemblies.begin(), w.assemblies.end(),
                       [&](const AssemblyUnit& a) { return a.life.state() == state; });
}

void start_wished(World& w) {
    const bool cleared = clear_hard_failures(w);
    if (w.phase == Phase::up) {
        if (cleared) interrupt(w, "an operator wants what failed tried again");
        return;
    }
    w.journal.batch().wanted = true;
    bring_up(w);
}

void stop_wished(World& w) {
    if (w.phase != Phase::up) return;
    w.journal.batch().wanted = false;
    bring_down(w);
}

void remove_wished(World& w) {
    if (w.deleting) return;
    w.deleting = true;
    w.journal.batch().deleting = true;
    if (w.phase == Phase::up) w.journal.batch().wanted = false;
    w.phase == Phase::stopped ? void(w.phase = Phase::down) : bring_down(w);
}

void clear_away(World& w) {
    w.phase = Phase::clearing;
    aim_all(w, Life::Goal::gone);
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
    // With nothing booted yet there is nothing to plan.
    if (!all_lives_are(w, Life::State::off)) interrupt(w, "the deployable is started");
    aim_all(w, Life::Goal::up);
}

void bring_down(World& w) {
    if (w.phase == Phase::up) {
        w.phase = Phase::draining;
        w.drained = false;
        interrupt(w, "the deployable is stopped");
    }
    aim_all(w, Life::Goal::down);
}

void on_operator(World& w, const event::Operator& event) {
    if (w.deleting && event.wish != Wish::remove) {
        w.journal.act(effect::Reply{
            event.token,
            Error{Errc::refused, "it is being deleted", "deployable '" + w.key.name + "'", {}}});
        return;
    }
    const std::string wish(name_of(event.wish));
    if (event.wish > Wish::remove) {
        w.journal.act(effect::Reply{
            event.token,
            Error{Errc::unsupported, wish + " is not supported yet", event.target, {}}});
        return;
    }
    w.journal.tell("operator", {}, wish, event.who + " asked for " + wish);
    w.why = event.who + " asked for " + wish;
    switch (event.wish) {
        case Wish::start: start_wished(w); break;
        case Wish::stop: stop_wished(w); break;
        case Wish::remove: remove_wished(w); break;
        default: break;
    }
    w.journal.act(effect::Reply{event.token, {}});
}

bool advance(World& w) {
    switch (w.phase) {
        case Phase::draining:
            if (w.transition || !(w.drained || nothing_runs(w))) return false;
            w.phase = Phase::down;
            forget_ticks(w);
            for (AssemblyUnit& a : w.assemblies) drive(w, a, Life::Input::release);
            return true;
        case Phase::down:
            if (!all_lives_are(w, Life::State::off)) return false;
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
