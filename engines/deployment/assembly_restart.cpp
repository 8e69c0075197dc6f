#include "engines/deployment/assembly_restart.hpp"

#include "engines/deployment/changes.hpp"
#include "engines/deployment/fences.hpp"
#include "engines/deployment/give_up.hpp"
#include "engines/deployment/membership.hpp"
#include "engines/deployment/restraint.hpp"
#include "engines/deployment/ticks.hpp"

#include <algorithm>
#include <utility>

namespace cpe::deployment {
namespace {

bool is_ready(const World& w, const AssemblyUnit& a) {
    return !a.restart_by.empty() && a.life.state() == Life::State::member && !is_restrained(w, a) &&
           has_stopped_what_it_can(w, a, 1);
}

void restart_now(World& w, AssemblyUnit& a) {
    end_life(w, a, "is restarted", a.restart_by + " asked for it");
}

}  // namespace

bool has_stopped_what_it_can(const World& w, const AssemblyUnit& a, int errors) {
    if (w.ticks.errors >= errors) return true;
    return !w.transition && (nothing_may_run(w, a) || (!w.ticks.wanted && !w.ticks.asked));
}

void restart_assembly(World& w, AssemblyUnit& a, const std::string& who) {
    const bool again = !a.restart_by.empty();
    a.restart_by = who;
    a.held_outside = false;
    a.remember = true;
    a.refusal.clear();  // should it refuse us again it is told again
    switch (a.life.state()) {
        case Life::State::member:
            if (again) return restart_now(w, a);
            return interrupt(w, "assembly " + std::string(a.model->name) +
                                    " is to be restarted: " + who + " asked for it");
        case Life::State::booting: return restart_now(w, a);
        case Life::State::unfenced:
            if (std::exchange(a.awaits_person, false))
                change(w, a, AssemblyState::fencing, "it is restarted: " + who + " asked for it");
            return drive(w, a, Life::Input::timer);
        case Life::State::undestroyed: return drive(w, a, Life::Input::timer);
        default: break;
    }
    a.restart_by.clear();  // it is being started anew: only a pause can be in the way
    try_again(w, who + " asked for a restart");
    end_pause(w, a);
}

bool begin_restart(World& w) {
    const auto ready = std::find_if(w.assemblies.begin(), w.assemblies.end(),
                                    [&](const AssemblyUnit& a) { return is_ready(w, a); });
    if (ready == w.assemblies.end()) return false;
    restart_now(w, *ready);
    return true;
}

void forget_restarts(World& w) {
    for (AssemblyUnit& a : w.assemblies) {
        a.remember = a.remember || !a.restart_by.empty();
        a.restart_by.clear();
    }
}

}  // namespace cpe::deployment
