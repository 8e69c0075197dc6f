// Faults of machines, of the agents in them, of services and of the way to them.
#include "test/sim/faults.hpp"

#include "test/sim/world.hpp"

namespace cpe::sim {
namespace {

void die(Strike& s) {
    Machine& machine = s.machine();
    if (!machine.on()) return;
    machine.power_off(s.random.chance(50));
    // Some providers say so, some late, some never.
    if (s.random.chance(60))
        s.world.cloud.tell(machine.key(), machine.report(),
                           s.random.chance(70) ? Millis{5} : s.span());
}

void freeze(Strike& s) {
    Machine& machine = s.machine();
    machine.freeze(true);
    s.world.time.at(s.span(), [&machine, boots = machine.boots()] {
        if (machine.boots() == boots && machine.frozen()) machine.freeze(false);
    });
}

void reboot(Strike& s) {
    s.machine().reboot(s.random.between(Millis{200}, Millis{20'000}));
}

void go_mute(Strike& s) {
    Machine& machine = s.machine();
    machine.mute = true;
    s.world.time.at(s.span(), [&machine] { machine.mute = false; });
}

void boot_slowly(Strike& s) {
    s.world.cloud.boot_from = s.random.between(Millis{0}, Millis{5'000});
    s.world.cloud.boot_to = s.world.cloud.boot_from + s.random.between(Millis{0}, Millis{30'000});
}

void agent_crashes(Strike& s) {
    s.machine().crash_agent(s.random.between(Millis{50}, Millis{4'000}));
}

void agent_hangs(Strike& s) {
    Machine& machine = s.machine();
    if (!machine.agent()) return;
    machine.agent()->hang(true);
    s.world.time.at(s.span(), [&machine, life = machine.agent()->life()] {
        if (machine.agent() && machine.agent()->life() == life) machine.agent()->hang(false);
    });
}

void agent_forgets(Strike& s) {
    Machine& machine = s.machine();
    if (machine.agent() && !machine.agent()->hung() && !machine.frozen())
        machine.agent()->lose_memory();
}

/// Where it runs, if it does; else where it may run.
Machine& place_of(Strike& s, const Plan& plan, const ServicePlan& service) {
    if (!service.floats()) return s.world.machine({plan.key, service.assembly});
    std::vector<Machine*> there;
    for (Machine* machine : s.world.machines_of(plan.key))
        if (machine->runs(service.resource)) there.push_back(machine);
    if (!there.empty()) return *s.random.pick(there);
    return s.world.machine({plan.key, s.random.pick(plan.assemblies).name});
}

void service_dies(Strike& s) {
    const Plan& plan = s.plan();
    const auto& service = s.service(plan);
    Machine& machine = place_of(s, plan, service);
    if (machine.runs(service.resource)) machine.set_active(service.resource, false);
}

/// Its agents find that it is not, or is, what they left it as.
void promotion_changes(Strike& s) {
    const Plan& plan = s.plan();
    const auto& service = s.service(plan);
    Machine& machine = place_of(s, plan, service);
    if (service.promotable && machine.runs(service.resource))
        machine.set_promoted(service.resource, false);
}

/// cped started it there and nowhere else, and has not stopped it since.
bool is_known_there(const Strike& s, const Machine& machine, const std::string& resource) {
    const auto kept = s.world.disk.deployables.find(machine.key().deployable);
    if (kept == s.world.disk.deployables.end() || !kept->second.status) return false;
    for (const auto& known : kept->second.status->services)
        if (known.resource == resource && known.state != ServiceState::running &&
            known.state != ServiceState::failed)
            return false;
    std::size_t places = 0;
    for (const Machine* each : s.world.machines_of(machine.key().deployable))
        if (const auto* body = each->key() == machine.key() ? each->find(resource) : nullptr)
            places += body->starts > 0 ? 1U : 0U;
    const auto* here = machine.find(resource);
    return places == 1 && here && here->starts > 0;
}

/// Somebody, or something in the guest, starts it again as it was: what cped has not started there
/// would run with nobody knows what.
void service_heals(Strike& s) {
    const Plan& plan = s.plan();
    const auto& service = s.service(plan);
    if (service.floats()) return;  // who starts one elsewhere by hand breaks the rule, not cped
    Machine& machine = s.world.machine({plan.key, service.assembly});
    if (machine.on() && is_known_there(s, machine, service.resource))
        machine.set_active(service.resource, true);
}

int any_rc(Random& random) {
    constexpr int unusual[] = {-1, 8, 9, 100, 189, 190, 191, 192, 193, 198, 255};
    if (random.chance(80)) return random.between(0, 7);
    return unusual[random.below(std::size(unusual))];
}

/// Its agent answers what it likes, for a while.
void agents_misbehave(Strike& s) {
    const Plan& plan = s.plan();
    const auto& service = s.service(plan);
    Script script;
    switch (s.random.below(5)) {
        case 0: script.start_rc = any_rc(s.random); break;
        case 1: script.stop_rc = any_rc(s.random); break;
        case 2: script.monitor_rc = any_rc(s.random); break;
        case 3: script.hangs = true; break;
        default: script.slow = true; break;
    }
    s.world.machine({plan.key, service.assembly}).body(service.resource).script = script;
    s.world.time.at(
        s.span(), [&world = s.world, key = AssemblyKey{plan.key, service.assembly},
                   resource = service.resource] { world.machine(key).body(resource).script = {}; });
}

void cut(Strike& s) {
    Machine& machine = s.machine();
    machine.network.cut = true;
    s.world.time.at(s.span(), [&machine] { machine.heal_network(); });
}

void connection_breaks(Strike& s) {
    Machine& machine = s.machine();
    if (!machine.agent() || !machine.agent()->connected()) return;
    const auto wire = machine.agent()->wire();
    const auto end = s.random.chance(50) ? Wire::host : Wire::guest;
    wire->give_up(end, s.random.chance(60));
}

void slow_network(Strike& s) {
    Machine& machine = s.machine();
    machine.network.latency_from = s.random.between(Millis{0}, Millis{800});
    machine.network.latency_to =
        machine.network.latency_from + s.random.between(Millis{0}, Millis{4'000});
    s.world.time.at(s.span(), [&machine] { machine.heal_network(); });
}

void messages_twice(Strike& s) {
    Machine& machine = s.machine();
    machine.network.duplicates = s.random.between(5, 60);
    s.world.time.at(s.span(), [&machine] { machine.network.duplicates = 0; });
}

}  // namespace

std::vector<FaultKind> machine_faults() {
    return {{"a machine dies", 4, die},
            {"a machine freezes", 4, freeze},
            {"a machine reboots by itself", 4, reboot},
            {"a machine's agent does not come up", 2, go_mute},
            {"machines boot slowly", 1, boot_slowly},
            {"an agent crashes", 4, agent_crashes},
            {"an agent hangs", 3, agent_hangs},
            {"an agent forgets its monitors", 3, agent_forgets}};
}

std::vector<FaultKind> service_faults() {
    return {{"a service dies", 12, service_dies},
            {"a service runs by itself", 2, service_heals},
            {"a promoted service is not any more", 2, promotion_changes},
            {"resource agents misbehave", 10, agents_misbehave}};
}

std::vector<FaultKind> network_faults() {
    return {{"a network is cut", 4, cut},
            {"a connection breaks", 4, connection_breaks},
            {"a network is slow", 3, slow_network},
            {"messages come twice", 3, messages_twice}};
}

}  // namespace cpe::sim
