#include "engines/deployment/overhaul.hpp"

#include "engines/deployment/lifecycle.hpp"
#include "engines/deployment/maintenance.hpp"
#include "engines/deployment/membership.hpp"
#include "engines/deployment/restraint.hpp"
#include "engines/deployment/ticks.hpp"
#include "engines/deployment/transition.hpp"

#include <algorithm>
#include <utility>

namespace cpe::deployment {
namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// An assembly whose document names its provider stays there.
bool moves(const AssemblyUnit& a) {
    return a.model->provider.empty();
}

bool is_unproven(const AssemblyUnit& a) {
    return a.life.state() == Life::State::fencing || a.life.state() == Life::State::unfenced;
}

/// Where the disk may be lost, nothing is left behind. True when something is being destroyed.
bool discard_old(World& w) {
    if (std::exchange(w.ladder.discarding, true)) return false;
    bool any = false;
    for (AssemblyUnit& a : w.assemblies) {
        if (!moves(a) || !a.model->rebuild || !a.placed) continue;
        any = true;
        drive(w, a, Life::Input::discard);
    }
    return any;
}

/// From here on its assemblies are at the other provider. A disk that may not be lost stays where
/// it is until the deployable is deleted, or moves back.
void settle(World& w) {
    const std::string from = provider_in_force(w);
    const std::string to = std::exchange(w.ladder.next, {});
    for (AssemblyUnit& a : w.assemblies) {
        if (!moves(a)) continue;
        if (a.placed && !contains(a.left_at, from)) a.left_at.push_back(from);
        std::erase(a.left_at, to);
        a.placed = a.seen = false;
        a.boots_failed = 0;
        a.backoff.reset();
        a.not_before.reset();
        a.instance.state = InstanceState::absent;
        a.remember = true;
    }
    if (!contains(w.ladder.tried, from)) w.ladder.tried.push_back(from);
    w.ladder.provider = to;
    w.why = "it moves from provider " + from + " to " + to;
}

void close_overhaul(World& w, std::string how, std::string why) {
    if (w.ladder.begun) w.journal.tell("overhaul", {}, std::move(how), std::move(why));
    w.ladder.overhaul = Overhaul::none;
    w.ladder.begun = w.ladder.discarding = false;
    w.ladder.next.clear();
    w.remember = true;
}

}  // namespace

void plan_overhaul(World& w, Overhaul kind) {
    w.ladder.overhaul = kind;
    w.ladder.begun = w.ladder.discarding = false;
    w.remember = true;
}

bool begin_overhaul(World& w) {
    if (w.ladder.overhaul == Overhaul::none || w.phase != Phase::up) return false;
    if (std::any_of(w.assemblies.begin(), w.assemblies.end(), is_unproven)) return false;
    // It touches all of them.
    if (std::any_of(w.assemblies.begin(), w.assemblies.end(),
                    [&](const AssemblyUnit& a) { return is_restrained(w, a); }))
        return false;
    w.ladder.begun = w.remember = true;
    w.journal.tell("overhaul", {}, "begun",
                   "all services are stopped in order, then all assemblies");
    bring_down(w, "the whole deployable is restarted");
    return true;
}

void end_overhaul(World& w) {
    const std::string from = provider_in_force(w);
    if (w.ladder.overhaul == Overhaul::relocate) {
        if (discard_old(w)) return;
        settle(w);
    }
    const std::string to = provider_in_force(w);
    close_overhaul(w, "ended",
                   from == to ? "all assemblies are down; all is started again"
                              : "all assemblies are down; what moves from provider " + from +
                                    " is created at " + to);
    w.phase = Phase::up;
    w.drained = false;
    show_maintenance(w, "the deployable was restarted");
    aim_all(w, Life::Goal::up);
}

void suspend_overhaul(World& w) {
    if (!w.ladder.begun) return;
    abort_transition(w, "the restart of the whole deployable is suspended");
    w.ladder.begun = w.ladder.discarding = false;
    w.remember = true;
    w.phase = Phase::up;
    w.drained = false;
    show_maintenance(w, "the restart of the whole deployable is suspended");
    aim_all(w, Life::Goal::up);
}

void forget_overhaul(World& w) {
    if (w.ladder.overhaul != Overhaul::none)
        close_overhaul(w, "cancelled", "an operator wishes otherwise");
}

bool is_moving(const World& w, const AssemblyUnit& a) {
    return w.ladder.overhaul == Overhaul::relocate && moves(a);
}

std::string provider_in_force(const World& w) {
    if (!w.ladder.provider.empty()) return w.ladder.provider;
    if (!w.model.provider.empty()) return std::string(w.model.provider);
    if (!w.model.providers.empty()) return std::string(w.model.providers.front());
    return w.settings.default_provider;
}

std::string provider_of(const World& w, const AssemblyUnit& a) {
    return moves(a) ? provider_in_force(w) : std::string(a.model->provider);
}

std::optional<std::string> another_provider(const World& w) {
    const auto& list = w.model.providers;
    if (std::none_of(w.assemblies.begin(), w.assemblies.end(), moves)) return std::nullopt;
    const std::string now = provider_in_force(w);
    const auto here = std::find(list.begin(), list.end(), std::string_view(now));
    const auto from = here == list.end() ? 0 : static_cast<std::size_t>(here - list.begin()) + 1;
    for (std::size_t i = 0; i < list.size(); ++i) {
        std::string name(list[(from + i) % list.size()]);
        if (name != now && !contains(w.ladder.tried, name)) return name;
    }
    return std::nullopt;
}

}  // namespace cpe::deployment
