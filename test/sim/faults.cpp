#include "test/sim/faults.hpp"

#include "test/sim/world.hpp"

namespace cpe::sim {

const Plan& Strike::plan() {
    std::vector<const Plan*> all;
    for (const auto& [key, each] : world.plans)
        if (!each.calm) all.push_back(&each);
    const Plan& drawn = *random.pick(all);
    return drawn;
}

AssemblyKey Strike::assembly() {
    const Plan& of = plan();
    return {of.key, random.pick(of.assemblies).name};
}

const ServicePlan& Strike::service(const Plan& of) {
    return random.pick(of.services);
}

Machine& Strike::machine() {
    return world.machine(assembly());
}

Millis Strike::span() {
    constexpr Millis longest[] = {Millis{500}, Millis{4'000}, Millis{15'000}, Millis{90'000}};
    return random.between(Millis{50}, longest[random.below(4)]);
}

Faults::Faults(World& world, Hand& hand) : world_(world), hand_(hand) {
    for (auto make : {machine_faults, service_faults, network_faults, provider_faults,
                      daemon_faults, operator_faults})
        for (auto& kind : make()) kinds_.push_back(std::move(kind));
    Random random(world.seed, 2);
    constexpr int factors[] = {0, 1, 1, 1, 2, 6};
    for (auto& kind : kinds_) {
        kind.weight *= factors[random.below(std::size(factors))];
        total_ += kind.weight;
    }
    if (total_ == 0) total_ = kinds_.front().weight = 1;
    constexpr Millis pauses[] = {Millis{300}, Millis{1'000}, Millis{3'000}, Millis{8'000}};
    pause_ = pauses[random.below(std::size(pauses))];
}

Millis Faults::pause(std::size_t number) const {
    Random random(world_.seed, 2'000'000 + number);
    return random.between(Millis{0}, 2 * pause_);
}

void Faults::strike(std::size_t number) {
    Strike strike{world_, hand_, Random(world_.seed, 1'000'000 + number)};
    int at = strike.random.between(1, total_);
    for (const auto& kind : kinds_) {
        at -= kind.weight;
        if (at > 0) continue;
        world_.note([&] { return "--- fault " + std::to_string(number) + ": " + kind.name; });
        return kind.strike(strike);
    }
}

void Faults::heal() {
    world_.note([] { return std::string("--- faults stop"); });
    world_.calm_weather = true;
    world_.disk_full_until = world_.disk_slow_until = world_.ticks_slow_until = {};
    world_.failing_ticks = 0;
    world_.cloud.heal();
    world_.cped.forget_crash();
    for (auto& [key, machine] : world_.machines) {
        if (machine->undead) machine->power_off(true);  // somebody finds it at last
        machine->mute = false;
        for (const auto& resource : machine->resources()) machine->body(resource).script = {};
        machine->heal_network();
        if (machine->frozen()) machine->freeze(false);
        if (machine->agent() && machine->agent()->hung()) machine->agent()->hang(false);
    }
}

}  // namespace cpe::sim
