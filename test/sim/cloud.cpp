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
        return "cped: " + std::string(name_of(kind)) + " instance " + key.deployable.tenant + "/" +
               key.deployable.name + "/" + key.assembly;
    });
    Lane& lane = lanes_[key];
    lane.waiting.push_back({kind, provider, std::move(done), world_.cped.life()});
    if (!lane.busy) next(key);
}

void Cloud::next(const AssemblyKey& key) {
    Lane& lane = lanes_[key];
    lane.busy = !lane.waiting.empty();
    if (!lane.busy) return;
    world_.time.at(world_.weather.between(Millis{20}, Millis{400}), [this, key] {
        const Command command = std::move(lanes_[key].waiting.front());
        lanes_[key].waiting.pop_front();
        const bool silent = troubled(key, command, &Trouble::silent_until);
        if (silent) {
            if (world_.weather.chance(50)) carry_out(key, command);
            world_.time.at(deadline, [this, key, command] {
                answer(key, command, Error{Errc::timed_out, "no answer from the provider", {}, {}});
                next(key);
            });
            return;
        }
        answer(key, command, carry_out(key, command));
        next(key);
    });
}

bool Cloud::troubled(const AssemblyKey& key, const Command& command,
                     MonoTime Trouble::*until) const {
    const MonoTime now = world_.time.mono();
    const auto provider = providers.find(command.provider);
    const auto assembly = assemblies.find(key);
    return (provider != providers.end() && provider->second.*until > now) ||
           (assembly != assemblies.end() && assembly->second.*until > now);
}

bool Cloud::lies(const AssemblyKey& key, const Command& command, int Trouble::*count) {
    for (Trouble* trouble : {&providers[command.provider], &assemblies[key]})
        if (trouble->*count > 0) {
            --(trouble->*count);
            return true;
        }
    return false;
}

Result<InstanceReport> Cloud::carry_out(const AssemblyKey& key, const Command& command) {
    if (troubled(key, command, &Trouble::refuses_until))
        return Error{Errc::refused, "the provider refuses", key.assembly, {}};
    if (troubled(key, command, &Trouble::rate_limited_until) && world_.weather.chance(70))
        return Error{Errc::unavailable, "too many requests", key.assembly, "try again later"};
    if (command.kind != CommandKind::start && troubled(key, command, &Trouble::unfenceable_until))
        return Error{Errc::unsupported, "it cannot be fenced", key.assembly, {}};
    if (command.kind == CommandKind::start && lies(key, command, &Trouble::lies_of_starts)) {
        InstanceReport report;
        report.state = InstanceState::running;
        report.instance = "ghost";
        report.address = world_.lease_address();
        return report;
    }
    if (command.kind == CommandKind::stop && lies(key, command, &Trouble::lies_of_stops)) {
        world_.machine(key).undead = world_.machine(key).on();
        InstanceReport report;
        report.state = InstanceState::stopped;
        return report;
    }
    return obey(key, command.kind);
}

Result<InstanceReport> Cloud::obey(const AssemblyKey& key, CommandKind kind) {
    Machine& machine = world_.machine(key);
    switch (kind) {
        case CommandKind::start:
            machine.power_on(world_.weather.between(boot_from, boot_to));
            break;
        case CommandKind::stop: machine.power_off(world_.weather.chance(50)); break;
        case CommandKind::destroy: machine.destroy(); break;
    }
    return machine.report();
}

void Cloud::answer(const AssemblyKey& key, const Command& command,
                   const Result<InstanceReport>& said) {
    world_.note([&] {
        return "provider: " + std::string(name_of(command.kind)) + " of " + key.assembly + ": " +
               (said ? std::string(cpe::name_of(said->state)) : said.error().line());
    });
    if (command.life != world_.cped.life()) return;
    world_.cped.post([this, key, command, said] {
        for (auto& watcher : world_.watchers) watcher->answered(key, command.kind, said);
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
