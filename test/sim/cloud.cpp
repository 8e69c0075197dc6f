#include "test/sim/cloud.hpp"

#include "test/sim/world.hpp"

#include <utility>

namespace cpe::sim {
namespace {

const char* name_of(CommandKind kind) {
    constexpr const char* names[] = {"start", "stop", "destroy"};
    return names[static_cast<int>(kind)];
}

}  // namespace

void CloudFront::give(CommandKind kind, const AssemblyKey& key, Done done) {
    if (world_.cped.dying()) return;
    for (auto& watcher : world_.watchers) watcher->commanded(key, kind);
    world_.cloud.command(kind, key, name_, std::move(done));
    world_.cped.may_crash(Crash::after_command);
}

void CloudFront::start(const InstanceSpec& spec, Done done) {
    give(CommandKind::start, spec.key, std::move(done));
}

void CloudFront::stop(const AssemblyKey& key, Done done) {
    give(CommandKind::stop, key, std::move(done));
}

void CloudFront::destroy(const AssemblyKey& key, Done done) {
    give(CommandKind::destroy, key, std::move(done));
}

void Cloud::command(CommandKind kind, const AssemblyKey& key, const std::string& provider,
                    InstanceProvider::Done done) {
    world_.note([&] {
        return "cped: " + std::string(name_of(kind)) + " instance " + text_of(key) + "@" + provider;
    });
    Lane& lane = lanes_[{key, provider}];
    lane.waiting.push_back({kind, std::move(done), world_.cped.life()});
    if (!lane.busy) next({key, provider});
}

void Cloud::next(const Place& place) {
    Lane& lane = lanes_[place];
    lane.busy = !lane.waiting.empty();
    if (!lane.busy) return;
    world_.time.at(world_.weather.between(Millis{20}, Millis{400}), [this, place] {
        const Command command = std::move(lanes_[place].waiting.front());
        lanes_[place].waiting.pop_front();
        if (!troubled(place, &Trouble::silent_until)) {
            answer(place, command, carry_out(place, command.kind));
            return next(place);
        }
        if (world_.weather.chance(50)) carry_out(place, command.kind);
        world_.time.at(deadline, [this, place, command] {
            answer(place, command, Error{Errc::timed_out, "no answer from the provider", {}, {}});
            next(place);
        });
    });
}

bool Cloud::troubled(const Place& place, MonoTime Trouble::*until) const {
    const MonoTime now = world_.time.mono();
    const auto provider = providers.find(place.second);
    const auto assembly = assemblies.find(place.first);
    return (provider != providers.end() && provider->second.*until > now) ||
           (assembly != assemblies.end() && assembly->second.*until > now);
}

bool Cloud::lies(const Place& place, int Trouble::*count) {
    for (Trouble* trouble : {&providers[place.second], &assemblies[place.first]})
        if (trouble->*count > 0) {
            --(trouble->*count);
            return true;
        }
    return false;
}

Result<InstanceReport> Cloud::carry_out(const Place& place, CommandKind kind) {
    const std::string& name = place.first.assembly;
    if (troubled(place, &Trouble::refuses_until))
        return Error{Errc::refused, "the provider refuses", name, {}};
    if (troubled(place, &Trouble::rate_limited_until) && world_.weather.chance(70))
        return Error{Errc::unavailable, "too many requests", name, "try again later"};
    if (kind != CommandKind::start && troubled(place, &Trouble::unfenceable_until)) {
        if (kind == CommandKind::destroy) give_back(place);
        return Error{Errc::unsupported, "it cannot be fenced", name, {}};
    }
    InstanceReport report;
    if (kind == CommandKind::start && lies(place, &Trouble::lies_of_starts)) {
        report.state = InstanceState::running;
        report.instance = "ghost";
        report.address = world_.lease_address();
        return report;
    }
    if (kind == CommandKind::stop && lies(place, &Trouble::lies_of_stops)) {
        Machine& machine = world_.machine(place.first, place.second);
        machine.undead = machine.on();
        report.state = InstanceState::stopped;
        return report;
    }
    return obey(place, kind);
}

/// A machine that is not cped's to destroy is its owner's again. What a reload took out was proven
/// to run nothing before.
void Cloud::give_back(const Place& place) {
    Machine& machine = world_.machine(place.first, place.second);
    const Plan* plan = world_.plan_of(place.first.deployable);
    const auto kept = world_.disk.deployables.find(place.first.deployable);
    const bool leaves = plan && !plan->assembly(place.first.assembly) &&
                        kept != world_.disk.deployables.end() && !kept->second.deleting;
    if (leaves && machine.runs_anything() && !machine.undead)
        world_.violated("drained", machine.name() + " is given back while something runs in it");
    machine.destroy();
}

Result<InstanceReport> Cloud::obey(const Place& place, CommandKind kind) {
    Machine& machine = world_.machine(place.first, place.second);
    const bool anew = kind == CommandKind::start && !machine.on();
    switch (kind) {
        case CommandKind::start:
            machine.power_on(world_.weather.between(boot_from, boot_to));
            break;
        case CommandKind::stop: machine.power_off(world_.weather.chance(50)); break;
        case CommandKind::destroy: machine.destroy(); break;
    }
    InstanceReport report = machine.report();
    report.anew = anew;
    return report;
}

void Cloud::answer(const Place& place, const Command& command, const Result<InstanceReport>& said) {
    world_.note([&] {
        return "provider: " + std::string(name_of(command.kind)) + " of " + text_of(place.first) +
               "@" + place.second + ": " +
               (said ? std::string(cpe::name_of(said->state)) : said.error().line());
    });
    if (command.life != world_.cped.life()) return;
    world_.cped.post([this, place, command, said] {
        for (auto& watcher : world_.watchers) watcher->answered(place.first, command.kind, said);
        command.done(said);
    });
}

void Cloud::tell(const AssemblyKey& key, InstanceReport report, Millis late) {
    world_.time.at(late, [this, key, report] {
        world_.cped.post(
            [this, key, report] { world_.cped.registry().instance_changed(key, report); });
    });
}

void Cloud::heal() {
    providers.clear();
    assemblies.clear();
    boot_from = Millis{500};
    boot_to = Millis{3'000};
}

}  // namespace cpe::sim
