// Faults of providers, of cped and what it stands on, and of operators.
#include "test/sim/change.hpp"
#include "test/sim/faults.hpp"
#include "test/sim/world.hpp"

namespace cpe::sim {
namespace {

Trouble& trouble(Strike& s) {
    if (s.random.chance(30)) return s.world.cloud.providers[s.random.pick(provider_names())];
    return s.world.cloud.assemblies[s.assembly()];
}

void refuses(Strike& s) {
    trouble(s).refuses_until = s.world.time.mono() + s.span();
}
void limits_rate(Strike& s) {
    trouble(s).rate_limited_until = s.world.time.mono() + s.span();
}
void is_silent(Strike& s) {
    trouble(s).silent_until = s.world.time.mono() + s.span();
}
void cannot_fence(Strike& s) {
    trouble(s).unfenceable_until = s.world.time.mono() + s.span();
}
void lies_of_starts(Strike& s) {
    s.world.cloud.assemblies[s.assembly()].lies_of_starts = 1;
}
void lies_of_stops(Strike& s) {
    s.world.cloud.assemblies[s.assembly()].lies_of_stops = 1;
}

/// Words about an instance that are wrong, or were right a while ago.
void false_alarm(Strike& s) {
    Machine& machine = s.machine();
    InstanceReport report = machine.report();
    if (s.random.chance(50)) {
        constexpr InstanceState states[] = {InstanceState::absent,  InstanceState::building,
                                            InstanceState::running, InstanceState::stopped,
                                            InstanceState::error,   InstanceState::unknown};
        report.state = states[s.random.below(std::size(states))];
    }
    s.world.cloud.tell(machine.key(), report, s.span());
}

void crash(Strike& s) {
    s.world.cped.crash();
}
void crash_in_work(Strike& s) {
    constexpr Crash places[] = {Crash::before_durable, Crash::after_durable, Crash::after_submit,
                                Crash::after_command};
    s.world.cped.crash_at(places[s.random.below(std::size(places))]);
}
void stand_still(Strike& s) {
    s.world.cped.stall(s.random.between(Millis{100}, Millis{20'000}));
}
void clock_jumps(Strike& s) {
    constexpr Millis longest[] = {Millis{1'000}, Millis{60'000}, Millis{3'600'000},
                                  Millis{400LL * 24 * 3600 * 1000}};
    const Millis most = longest[s.random.below(std::size(longest))];
    s.world.time.jump_wall(s.random.between(-most, most));
}
void disk_full(Strike& s) {
    s.world.disk_full_until = s.world.time.mono() + s.random.between(Millis{1}, Millis{3'000});
}
void disk_slow(Strike& s) {
    s.world.disk_slow_until = s.world.time.mono() + s.span();
}
void ticks_fail(Strike& s) {
    s.world.failing_ticks = s.random.between(1, 4);
}
void ticks_slow(Strike& s) {
    s.world.ticks_slow_until = s.world.time.mono() + s.span();
}

void start(Strike& s) {
    s.hand.wish(s.plan().key, Wish::start);
}
void stop_and_start(Strike& s) {
    const auto key = s.plan().key;
    s.hand.wish(key, Wish::stop);
    s.world.time.at(s.span(), [&hand = s.hand, key] { hand.wish(key, Wish::start); });
}
/// A person goes there, makes sure, and says so.
void confirm_down(Strike& s) {
    const AssemblyKey key = s.assembly();
    for (Machine* machine : s.world.machines_of(key.deployable))
        if (machine->key() == key) machine->power_off(s.random.chance(50));
    s.hand.wish(key.deployable, Wish::confirm_down, key.assembly);
}
void restart_assembly(Strike& s) {
    const AssemblyKey key = s.assembly();
    s.hand.wish(key.deployable, Wish::restart_assembly, key.assembly);
}
void retry_service(Strike& s) {
    const Plan& plan = s.plan();
    s.hand.wish(plan.key, Wish::retry_service, s.service(plan).resource);
}

void release(Strike& s) {
    s.hand.release(s.plan().key);
}
/// A person works at all of it, or at one assembly: what else strikes there is that person's doing.
void maintain(Strike& s) {
    const AssemblyKey key = s.assembly();
    const std::string target = s.random.chance(30) ? "" : key.assembly;
    s.hand.wish(key.deployable, Wish::maintenance_on, target);
    s.world.time.at(s.span(), [&hand = s.hand, key, target] {
        hand.wish(key.deployable, Wish::maintenance_off, target);
    });
}

void create(Strike& s) {
    s.hand.create(s.plan().key, s.random.chance(80));
}
void remove_and_create(Strike& s) {
    const auto key = s.plan().key;
    s.hand.wish(key, Wish::remove);
    s.world.time.at(s.span(), [&hand = s.hand, key] { hand.create(key, true); });
}

void reload_otherwise(Strike& s) {
    const Plan& plan = s.plan();
    const Change change = draw_change(plan, s.random);
    s.world.note([&] { return "change of " + text_of(plan.key) + ": " + change.what; });
    s.world.propose(change.plan);
    s.hand.reload(plan.key, change.plan.document);
}
/// Nothing is different: nobody may notice, not even one that nothing else is done to.
void reload_the_same(Strike& s) {
    std::vector<const Plan*> all;
    for (const auto& [key, plan] : s.world.plans) all.push_back(&plan);
    const Plan& plan = *s.random.pick(all);
    s.hand.reload(plan.key, plan.document);
}
void reload_nonsense(Strike& s) {
    const Plan& plan = s.plan();
    std::string text = plan.document;
    switch (s.random.below(4)) {
        case 0: text.resize(s.random.below(text.size() - 20)); break;
        case 1: text.replace(text.find("uuid=\""), 6, "uuid=\"x"); break;
        case 2:
            text.insert(text.find("<assembly "),
                        "<assembly name=\"a9\" uuid=\"u-a0\"/>"
                        "<assembly name=\"a9\" uuid=\"u-a0\"/>");
            break;
        default: text.replace(text.find("name=\""), 6, "name=\"x"); break;
    }
    s.hand.reload(plan.key, text, false);
}

}  // namespace

std::vector<FaultKind> provider_faults() {
    return {{"a provider refuses", 2, refuses},
            {"a provider limits the rate", 2, limits_rate},
            {"a provider does not answer", 2, is_silent},
            {"a provider cannot fence", 2, cannot_fence},
            {"a provider lies about a start", 1, lies_of_starts},
            {"a provider lies about a stop", 1, lies_of_stops},
            {"a provider gives a false alarm", 2, false_alarm}};
}

std::vector<FaultKind> daemon_faults() {
    return {{"cped is killed", 2, crash},          {"cped is killed at work", 3, crash_in_work},
            {"cped stands still", 1, stand_still}, {"the clock jumps", 1, clock_jumps},
            {"the disk is full", 1, disk_full},    {"the disk is slow", 1, disk_slow},
            {"ticks fail", 1, ticks_fail},         {"ticks are slow", 1, ticks_slow}};
}

std::vector<FaultKind> operator_faults() {
    return {{"an operator starts", 3, start},
            {"an operator stops and starts", 2, stop_and_start},
            {"an operator confirms that a machine is down", 1, confirm_down},
            {"an operator restarts an assembly", 2, restart_assembly},
            {"an operator has a service retried", 2, retry_service},
            {"an operator begins maintenance, and ends it", 4, maintain},
            {"an operator releases", 1, release},
            {"an operator creates", 1, create},
            {"an operator deletes and creates", 1, remove_and_create},
            {"an operator reloads another document", 6, reload_otherwise},
            {"an operator reloads the same document", 2, reload_the_same},
            {"an operator reloads nonsense", 1, reload_nonsense}};
}

}  // namespace cpe::sim
