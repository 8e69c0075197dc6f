// The provider of the small world: what becomes of instance commands.
#include "test/engines/deployment/sim.hpp"

#include <algorithm>
#include <utility>

namespace cpe::test {

InstanceReport Sim::report(const FakeGuest& guest) const {
    InstanceReport report;
    report.state = guest.power == FakeGuest::Power::running   ? InstanceState::running
                   : guest.power == FakeGuest::Power::stopped ? InstanceState::stopped
                                                              : InstanceState::absent;
    if (report.state != InstanceState::running) return report;
    report.instance = std::to_string(guest.instance);
    report.address = guest.address;
    report.hostname = guest.name + ".local";
    return report;
}

void Sim::boot(FakeGuest& guest) {
    guest.power = FakeGuest::Power::running;
    ++guest.instance;
    ++guest.boot;
    guest.address = "10.0.0." + std::to_string(++last_address_);
    if (guest.mute_boot) return;
    at(
        boot_takes,
        [this, &guest, boot = guest.boot] {
            if (guest.boot == boot && guest.power == FakeGuest::Power::running) agent_up(guest);
        },
        true);
}

/// A provider knows only what is at it.
void Sim::go_to(FakeGuest& guest, const effect::InstanceCommand& command) {
    using Kind = effect::InstanceCommand::Kind;
    if (guest.place.empty()) guest.place = command.provider;
    if (command.kind != Kind::start) return;
    const bool another = std::exchange(guest.given_back, false);
    if (guest.place == command.provider) return;
    if (another) {
        guest.die();
        guest.power = FakeGuest::Power::absent;
    }
    if (guest.power == FakeGuest::Power::running)
        violated("start of " + guest.name + " at " + command.provider + " while it runs at " +
                 guest.place);
    if (guest.power == FakeGuest::Power::stopped) guest.left.insert(guest.place);
    guest.place = command.provider;
    guest.power =
        guest.left.erase(guest.place) ? FakeGuest::Power::stopped : FakeGuest::Power::absent;
}

/// A machine that is not cped's to destroy is somebody else's from then on.
void Sim::give_back(FakeGuest& guest, const effect::InstanceCommand& command) {
    if (guest.place == command.provider)
        guest.given_back = true;
    else
        guest.left.erase(command.provider);
}

Result<InstanceReport> Sim::record_gone(const FakeGuest& guest) {
    InstanceReport gone;
    gone.state = InstanceState::absent;
    gone.record_only = true;
    gone.reason = "the record of " + guest.name + " is gone";
    return gone;
}

Result<InstanceReport> Sim::stopped_by_hand(const FakeGuest& guest) const {
    InstanceReport off = report(guest);
    off.state = InstanceState::stopped;
    off.by_hand = true;
    off.reason = "somebody has stopped " + guest.name;
    return off;
}

Result<InstanceReport> Sim::obey(const effect::InstanceCommand& command) {
    FakeGuest& guest = guests_.at(command.assembly);
    go_to(guest, command);
    const auto fails = [&](std::map<std::string, int>& table) {
        return table[command.assembly] != 0 && table[command.assembly]-- != 0;
    };
    const Error refusal{Errc::unavailable, "the provider refuses", command.assembly, {}};
    const bool start = command.kind == effect::InstanceCommand::Kind::start;
    if (!start && (unfenceable.count(guest.name) || (keeps_idle && command.idle))) {
        if (command.kind == effect::InstanceCommand::Kind::destroy) give_back(guest, command);
        return Error{Errc::unsupported, "it cannot fence", command.assembly, {}};
    }
    if (!start && guest.place != command.provider) {
        if (command.kind == effect::InstanceCommand::Kind::destroy)
            guest.left.erase(command.provider);
        InstanceReport elsewhere;
        elsewhere.state = InstanceState::absent;
        return elsewhere;
    }
    const bool anew = start && guest.power != FakeGuest::Power::running;
    switch (command.kind) {
        case effect::InstanceCommand::Kind::start:
            if (fails(fail_starts)) return refusal;
            if (unreachable_hosts.count(guest.name) && guest.power == FakeGuest::Power::running)
                violated("start of " + guest.name + " while its old machine runs");
            if (asks_who_stopped_it && guest.power == FakeGuest::Power::stopped &&
                !command.spec.down_by_us)
                return stopped_by_hand(guest);
            if (guest.power != FakeGuest::Power::running) boot(guest);
            break;
        case effect::InstanceCommand::Kind::stop:
            if (fails(fail_stops)) return refusal;
            if (unreachable_hosts.count(guest.name)) return record_gone(guest);
            guest.die();
            break;
        case effect::InstanceCommand::Kind::destroy:
            if (fails(fail_destroys)) return refusal;
            guest.die();
            guest.power = FakeGuest::Power::absent;
            break;
    }
    InstanceReport said = report(guest);
    said.anew = anew;
    return said;
}

void Sim::do_effect(const effect::InstanceCommand& command) {
    const auto kind = command.kind;
    if (kind == effect::InstanceCommand::Kind::stop) unproven_.insert(command.assembly);
    if (command.idle && !guests_.at(command.assembly).running.empty())
        violated(command.assembly + " is released, but something runs there");
    if (kind == effect::InstanceCommand::Kind::start && unproven_.count(command.assembly))
        violated("start of " + command.assembly + " without proof that it is dead");
    const Millis takes = kind == effect::InstanceCommand::Kind::start ? start_takes : stop_takes;
    // Commands of one assembly are carried out in order.
    MonoTime& busy = guests_.at(command.assembly).busy_until;
    busy = std::max(mono_, busy) + takes;
    at(busy - mono_, [this, command] {
        auto outcome = obey(command);
        const bool empty = !outcome && outcome.error().code == Errc::unsupported &&
                           guests_.at(command.assembly).running.empty();
        const bool alive = outcome && outcome->record_only &&
                           guests_.at(command.assembly).power == FakeGuest::Power::running;
        if ((outcome && !alive && command.kind == effect::InstanceCommand::Kind::stop) || empty)
            unproven_.erase(command.assembly);
        step(event::InstanceCommandDone{command.assembly, command.id, std::move(outcome)});
    });
}

}  // namespace cpe::test
