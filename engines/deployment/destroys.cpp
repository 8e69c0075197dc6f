#include "engines/deployment/destroys.hpp"

#include "engines/deployment/changes.hpp"
#include "engines/deployment/fences.hpp"
#include "engines/deployment/host_keys.hpp"
#include "engines/deployment/instances.hpp"
#include "engines/deployment/membership.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace cpe::deployment {
namespace {

bool is_gone(const Result<InstanceReport>& outcome) {
    return outcome && outcome->state == InstanceState::absent;
}

/// A provider that can neither stop nor destroy leaves the machine to whom it belongs; that nothing
/// of ours runs there was proven before.
bool is_not_ours(const Result<InstanceReport>& outcome) {
    return !outcome && outcome.error().code == Errc::unsupported;
}

/// Is a disk left at another provider? Then it goes next.
bool clear_next_place(World& w, AssemblyUnit& a) {
    if (std::exchange(a.cleared, true) && !a.left_at.empty()) a.left_at.pop_back();
    if (a.left_at.empty()) return false;
    a.remember = true;
    give(w, a, effect::InstanceCommand::Kind::destroy, place_to_clear(a));
    return true;
}

void destroyed(World& w, AssemblyUnit& a, const std::string& how) {
    const bool for_good = a.life.goal() == Life::Goal::gone;
    if (for_good && clear_next_place(w, a)) return;
    // Who refers to it keeps the last address that is known.
    InstanceReport nothing;
    nothing.state = InstanceState::absent;
    if (!for_good) {
        nothing.address = a.instance.address;
        nothing.hostname = a.instance.hostname;
    }
    a.instance = std::move(nothing);
    a.boots_failed = 0;
    a.remember = w.status_changed = true;
    a.retry.reset();
    if (a.life.goal() != Life::Goal::up) change(w, a, AssemblyState::stopped, how);
    drive(w, a, Life::Input::confirmed);
    if (a.life.state() == Life::State::cooling) cool_down(w, a);
}

void not_destroyed(World& w, AssemblyUnit& a, const std::string& reason) {
    drive(w, a, Life::Input::unconfirmed);
    const std::string name(a.model->name);
    if (a.life.state() == Life::State::off)  // a relocation does not wait for it
        return w.journal.tell("destroy_failed", {name, {}}, {},
                              reason + "; its disk stays there until the deployable is deleted");
    const Millis pause = std::max(Millis{1000}, a.retry.failed(w.now.mono));
    w.timers.set({TimerKind::life, w.index_of(a)}, w.now.mono + pause);
    w.journal.tell("destroy_failed", {name, {}}, {},
                   reason + "; next try in " + std::to_string(pause.count() / 1000) + " s");
}

}  // namespace

std::string place_to_clear(const AssemblyUnit& a) {
    return a.cleared && !a.left_at.empty() ? a.left_at.back() : std::string();
}

void destroy_done(World& w, AssemblyUnit& a, Result<InstanceReport> outcome) {
    if (is_gone(outcome)) {
        a.placed = a.seen = false;
        forget_host_key(w, a);
        return destroyed(w, a, "its instance was destroyed");
    }
    if (is_not_ours(outcome)) return destroyed(w, a, "its provider leaves it as it is");
    not_destroyed(w, a,
                  outcome ? "its provider says: " + std::string(name_of(outcome->state))
                          : outcome.error().line());
}

}  // namespace cpe::deployment
