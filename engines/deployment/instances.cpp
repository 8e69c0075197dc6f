#include "engines/deployment/instances.hpp"

#include "engines/deployment/changes.hpp"
#include "engines/deployment/channels.hpp"
#include "engines/deployment/destroys.hpp"
#include "engines/deployment/fences.hpp"
#include "engines/deployment/host_keys.hpp"
#include "engines/deployment/membership.hpp"
#include "engines/deployment/overhaul.hpp"
#include "engines/deployment/refusals.hpp"
#include "engines/deployment/restraint.hpp"
#include "engines/deployment/ticks.hpp"

#include <algorithm>
#include <utility>

namespace cpe::deployment {
namespace {

InstanceSpec spec_of(const World& w, const AssemblyUnit& a) {
    const Assembly& model = *a.model;
    InstanceSpec spec;
    spec.key = {w.key, std::string(model.name)};
    spec.uuid = model.uuid;
    spec.image = model.image;
    spec.flavor = model.flavor;
    spec.address = model.address;
    spec.port = model.port;
    spec.deployable_uuid = w.model.uuid;
    spec.username = w.model.username;
    spec.instance = a.instance.instance;
    spec.down_by_us = a.proven_down && !a.held_outside;
    spec.rebuild = model.rebuild;
    return spec;
}

/// Whoever owns the machine need not switch it off for us. One that moves would go on speaking for
/// the one at the other provider.
bool is_idle(const World& w, const AssemblyUnit& a) {
    return a.life.goal() != Life::Goal::up && may_be_let_go(w, a);
}

bool refers_to(const Service& service, const Assembly& model) {
    return std::any_of(service.parameters.begin(), service.parameters.end(),
                       [&](const Parameter& parameter) {
                           const auto* reference = std::get_if<Reference>(&parameter.value);
                           return reference && reference->assembly == model.name;
                       });
}

bool is_referenced(const World& w, const Assembly& model) {
    return std::any_of(w.services.begin(), w.services.end(),
                       [&](const ServiceUnit& s) { return refers_to(*s.model, model); });
}

/// Those who refer to it run with what it was when they were started.
template <class Visit>
void each_referring(World& w, const Assembly& model, Visit visit) {
    for (ServiceUnit& s : w.services)
        if (refers_to(*s.model, model)) visit(s);
}

/// A boot that came to nothing: made sure of, then tried again after a pause. That a provider
/// refuses is no failure of the assembly.
enum class Refused { no, yes };

void boot_failed(World& w, AssemblyUnit& a, const std::string& reason, Refused refused) {
    if (is_spared(w, a)) return lose(w, a, a.refusal, Counted::no);
    suspect(w, a);
    if (is_restrained(w, a)) return lose(w, a, reason, Counted::no);
    lose(w, a, reason,
         refused == Refused::yes ? Counted::no
         : a.adopting            ? Counted::yes  // it was there when cped ended
                                 : did_not_come_back(w, a, reason));
}

/// What ran when cped ended is not killed because its provider cannot be asked now: either it
/// speaks by itself, or the provider is asked again until the boot limit.
void adoption_delayed(World& w, AssemblyUnit& a, const std::string& reason) {
    if (a.early) return drive(w, a, Life::Input::started);
    w.journal.tell("adoption_delayed", {std::string(a.model->name), {}}, {}, reason);
    w.timers.set(w.life_timer(a), std::min(w.now.mono + w.settings.fence_retry, a.boot_limit));
}

/// Somebody stopped it at its provider: it waits until it runs there again. What floats need not
/// wait where nothing of it can run on; a paused one could.
void hold_outside(World& w, AssemblyUnit& a, InstanceReport report) {
    const std::string reason = report.reason;
    const bool ended = report.state == InstanceState::stopped && !report.record_only;
    a.held_outside = a.remember = true;
    learn(w, a, std::move(report));
    lose(w, a, reason, Counted::no);
    if (ended) ended_outside(w, a, reason);
    if (!in_maintenance(w, a))
        change(w, a, AssemblyState::stopped,
               reason + "; it is left alone until it runs there again, or assembly restart");
}

/// It is nobody's business but ours again. What runs is listened for, as after a boot.
void release_outside(World& w, AssemblyUnit& a, InstanceReport report) {
    a.held_outside = a.proven_down = false;
    a.remember = true;
    const bool runs = report.state == InstanceState::running;
    learn(w, a, std::move(report));
    if (!runs) return go_on(w, a, "it is not held at its provider any more");
    open_channel(w, a);
    change(w, a, AssemblyState::booting, "it was started at its provider");
    w.timers.set(w.life_timer(a), w.now.mono + w.settings.boot_timeout);
}

/// That a provider cannot be asked is told once, for all that is there.
void heed_provider(World& w, const std::string& provider, const InstanceReport& report) {
    auto& lost = w.lost_providers;
    const auto at = std::find(lost.begin(), lost.end(), provider);
    const bool asked = report.state != InstanceState::unknown;
    if (asked == (at == lost.end())) return;
    asked ? void(lost.erase(at)) : lost.push_back(provider);
    w.journal.tell(
        "provider", {}, asked ? "reachable" : "unreachable",
        asked ? "provider " + provider + " answers again"
              : "provider " + provider + ": " + report.reason + "; nothing is done for that");
}

void start_done(World& w, AssemblyUnit& a, Result<InstanceReport> outcome) {
    if (!outcome && a.adopting) return adoption_delayed(w, a, outcome.error().line());
    if (!outcome)
        return boot_failed(w, a, "it does not start: " + outcome.error().line(), Refused::yes);
    if (outcome->by_hand) return hold_outside(w, a, std::move(*outcome));
    a.seen = outcome->state == InstanceState::running;
    if (outcome->state != InstanceState::running)
        return boot_failed(w, a,
                           "it does not start: its instance is " +
                               std::string(name_of(outcome->state)) + " " + outcome->reason,
                           Refused::no);
    if (a.adopting && outcome->instance != a.instance.instance) {
        if (!outcome->anew)
            return lose(w, a, "another instance than before is said to run", Counted::told);
        a.adopting = false;  // not the one that ran when cped ended
        change(w, a, AssemblyState::booting, "its old instance is gone; it was booted anew");
        assembly_failed(w, a, "its old instance is gone", Counted::told);
        a.proven_down = true;
        w.each_placement(a, [&](Placement& p) {
            p.may_run = false;
            change(w, p, ServiceState::stopped, "its old instance is gone");
        });
    }
    learn(w, a, std::move(*outcome));
    drive(w, a, Life::Input::started);
}

}  // namespace

void give(World& w, AssemblyUnit& a, effect::InstanceCommand::Kind kind,
          const std::string& provider) {
    a.command = {++w.last_command.value};
    std::string where = provider.empty() ? provider_of(w, a) : provider;
    if (where == w.settings.default_provider) where.clear();  // the host knows it
    const bool idle = kind == effect::InstanceCommand::Kind::stop && is_idle(w, a);
    w.journal.act(effect::InstanceCommand{kind, std::string(a.model->name), a.command,
                                          std::move(where), spec_of(w, a), idle});
}

void learn(World& w, AssemblyUnit& a, InstanceReport report) {
    report.anew = false;  // of the answer, not of the instance
    // What is gone by its record alone may still speak, and is to be recognized.
    if (report.state == InstanceState::absent && !report.record_only) forget_host_key(w, a);
    const bool another = a.host_key.empty() || report.instance != a.instance.instance;
    if (another && report.state == InstanceState::running) pin_delivered(w, a, report.host_key);
    if (report.address.empty()) report.address = a.instance.address;
    if (report.hostname.empty()) report.hostname = a.instance.hostname;
    const bool renamed = report.hostname != a.instance.hostname;
    const bool elsewhere = report.address != a.instance.address;
    const bool moved = renamed || elsewhere;
    a.remember = a.remember || moved;
    if (report == a.instance) return;
    if (moved) each_referring(w, *a.model, [&](ServiceUnit& s) { keep_what_runs(w, s); });
    a.instance = std::move(report);
    if (moved) each_referring(w, *a.model, [&](ServiceUnit& s) { drop_what_is_same(w, s); });
    w.status_changed = true;
    if (elsewhere) move_channel(w, a);
    if (moved && is_referenced(w, *a.model))
        interrupt(
            w, "assembly " + std::string(a.model->name) + " has the address " + a.instance.address);
}

void command(World& w, AssemblyUnit& a, Life::Command wanted) {
    switch (wanted) {
        case Life::Command::none: break;
        case Life::Command::start:
            open_channel(w, a);
            give(w, a, effect::InstanceCommand::Kind::start, {});
            a.placed = true;
            a.not_before.reset();
            a.boot_limit = w.now.mono + (a.adopting ? rejoin_limit(w) : w.settings.boot_timeout);
            w.timers.set(w.life_timer(a), a.boot_limit);
            if (!a.adopting) change(w, a, AssemblyState::booting, "its instance is started");
            break;
        case Life::Command::stop:
            a.adopting = false;
            w.timers.clear(w.life_timer(a));
            give(w, a, effect::InstanceCommand::Kind::stop, {});
            break;
        case Life::Command::destroy:
            w.timers.clear(w.life_timer(a));
            give(w, a, effect::InstanceCommand::Kind::destroy, place_to_clear(a));
            break;
    }
    const auto state = a.life.state();
    if (state == Life::State::off || state == Life::State::gone) close_channel(w, a);
}

void on_command_done(World& w, event::InstanceCommandDone done) {
    AssemblyUnit* a = w.find_assembly(done.assembly);
    if (!a || done.id != a->command) return;  // overtaken by a later command
    a->command = {};
    switch (a->life.state()) {
        case Life::State::starting: return start_done(w, *a, std::move(done.outcome));
        case Life::State::fencing: return stop_done(w, *a, std::move(done.outcome));
        case Life::State::destroying: return destroy_done(w, *a, std::move(done.outcome));
        case Life::State::member:  // it spoke before its provider did
            if (done.outcome && done.outcome->state == InstanceState::running)
                learn(w, *a, std::move(*done.outcome));
            return;
        default: return;
    }
}

void on_instance_changed(World& w, event::InstanceChanged event) {
    AssemblyUnit* a = w.find_assembly(event.assembly);
    if (!a) return;
    if (!event.provider.empty() && event.provider != provider_of(w, *a)) return;  // left behind
    heed_provider(w, provider_of(w, *a), event.report);
    if (a->held_outside && !event.report.by_hand && event.report.state != InstanceState::unknown)
        return release_outside(w, *a, std::move(event.report));
    const auto life = a->life.state();
    if (life != Life::State::member && life != Life::State::booting) return;  // a command answers
    if (event.report.by_hand && w.phase == Phase::up)
        return hold_outside(w, *a, std::move(event.report));
    const auto state = event.report.state;
    const bool other = state == InstanceState::running && !a->instance.instance.empty() &&
                       !event.report.instance.empty() &&
                       event.report.instance != a->instance.instance;
    const bool dead = state == InstanceState::stopped || state == InstanceState::absent ||
                      state == InstanceState::error || state == InstanceState::paused || other;
    const std::string reason =
        other ? "its instance was replaced"
              : "its instance is " + std::string(name_of(state)) +
                    (event.report.reason.empty() ? "" : ": " + event.report.reason);
    learn(w, *a, std::move(event.report));
    if (!dead) return;
    a->refusal.clear();
    if (life == Life::State::booting) return boot_failed(w, *a, reason, Refused::no);
    suspect(w, *a);
    lose(w, *a, reason, Counted::yes);
}

void on_life_timer(World& w, AssemblyUnit& a) {
    switch (a.life.state()) {
        case Life::State::starting:
        case Life::State::booting:
            if (a.life.goal() != Life::Goal::up && !is_restrained(w, a))
                return drive(w, a, Life::Input::wish);
            if (w.now.mono < a.boot_limit) {  // an adoption that was delayed
                w.timers.set(w.life_timer(a), a.boot_limit);
                if (is_restrained(w, a)) return;
                return give(w, a, effect::InstanceCommand::Kind::start, {});
            }
            return boot_failed(w, a,
                               "its guest did not speak within the boot limit" +
                                   (a.unreached.empty() ? "" : ": " + a.unreached),
                               Refused::no);
        case Life::State::fencing:
            if (a.awaits_silence) silence_kept(w, a);
            return;
        default: return drive(w, a, Life::Input::timer);
    }
}

}  // namespace cpe::deployment
