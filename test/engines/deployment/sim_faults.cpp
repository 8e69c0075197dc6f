// What goes wrong in the small world, and what is seen of it.
#include "test/engines/deployment/sim.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace cpe::test {

// Faults ----------------------------------------------------------------------------------------

void Sim::kill_service(const std::string& resource) {
    say("--- " + resource + " dies");
    const std::string home = home_of(resource);
    guests_.at(home).running.erase(resource);
    watch(home, resource);
}

void Sim::monitor_says(const std::string& resource, int rc) {
    say("--- the monitor of " + resource + " says " + std::to_string(rc));
    const std::string home = home_of(resource);
    guests_.at(home).fail_probe[resource] = rc;
    watch(home, resource);
}

void Sim::heal_service(const std::string& resource) {
    say("--- " + resource + " runs again by itself");
    const std::string home = home_of(resource);
    guests_.at(home).running.insert(resource);
    watch(home, resource);
}

void Sim::kill_guest(const std::string& name, bool told) {
    say("--- guest " + name + " dies" + (told ? ", and its provider says so" : ""));
    guests_.at(name).die();
    if (told) step(event::InstanceChanged{name, report(guests_.at(name))});
}

void Sim::lose_instance(const std::string& name) {
    say("--- the instance of " + name + " vanishes");
    guests_.at(name).die();
    guests_.at(name).power = FakeGuest::Power::absent;
}

void Sim::reboot_guest(const std::string& name) {
    say("--- guest " + name + " boots anew by itself");
    FakeGuest& guest = guests_.at(name);
    guest.die();
    guest.power = FakeGuest::Power::running;
    ++guest.boot;
    at(
        boot_takes,
        [this, &guest, boot = guest.boot] {
            if (guest.boot == boot && guest.power == FakeGuest::Power::running) agent_up(guest);
        },
        true);
}

void Sim::restart_agent(const std::string& name) {
    say("--- the agent of " + name + " is killed and started again");
    FakeGuest& guest = guests_.at(name);
    if (guest.power != FakeGuest::Power::running || !guest.agent) return;
    guest.end_agent();
    if (guest.channel) step(event::GuestGone{name, "end of file"});
    at(
        Millis{300},
        [this, &guest, boot = guest.boot] {
            if (guest.boot == boot && guest.power == FakeGuest::Power::running) agent_up(guest);
        },
        true);
}

void Sim::freeze(const std::string& name, bool frozen) {
    say("--- guest " + name + (frozen ? " is frozen" : " is thawed"));
    guests_.at(name).frozen = frozen;
}

// What is ---------------------------------------------------------------------------------------
ServiceState Sim::service(const std::string& resource) const {
    for (const auto& s : status().services)
        if (s.resource == resource) return s.state;
    FAIL("no service " << resource);
    return ServiceState::unknown;
}

bool Sim::is_there(const std::string& name) const {
    const auto what = status();
    const auto named = [&](const auto& each) { return each.name == name; };
    return std::any_of(what.assemblies.begin(), what.assemblies.end(), named) ||
           std::any_of(what.services.begin(), what.services.end(),
                       [&](const auto& s) { return s.resource == name; });
}

AssemblyState Sim::assembly(const std::string& name) const {
    for (const auto& a : status().assemblies)
        if (a.name == name) return a.state;
    FAIL("no assembly " << name);
    return AssemblyState::pending;
}

std::size_t Sim::census() const {
    std::size_t all = 0;
    for (const auto& row : dpe_->census()) all += row.assemblies;
    return all;
}

std::string Sim::home_of(const std::string& resource) const {
    const auto pinned = homes_.find(resource);
    if (pinned != homes_.end()) return pinned->second;
    for (const auto& [name, guest] : guests_)
        if (guest.running.contains(resource)) return name;
    FAIL(resource << " floats, and runs nowhere");
    return {};
}

std::vector<std::string> Sim::operations() const {
    std::vector<std::string> lines;
    for (const auto& [id, row] : store.actions)
        lines.push_back(
            row.resource + " " + row.operation + "_" + std::to_string(row.interval.count()) +
            (row.rc ? " rc " + std::to_string(*row.rc) : "") +
            (row.status == ActionStatus::complete ? "" : " " + std::string(name_of(row.status))));
    return lines;
}

std::size_t Sim::count(const std::string& text) const {
    return static_cast<std::size_t>(std::count_if(
        log.begin(), log.end(),
        [&](const std::string& line) { return line.find(text) != std::string::npos; }));
}

void Sim::refuse(const std::string& name, bool refuses) {
    say("--- guest " + name + (refuses ? " refuses our key" : " accepts our key"));
    FakeGuest& guest = guests_.at(name);
    guest.refuses = refuses;
    if (refuses) return try_to_log_in(guest);
    if (guest.speaks()) step(event::GuestUp{name, guest.hello()});
}

void Sim::try_to_log_in(FakeGuest& guest) {
    if (!guest.refuses) return;
    if (guest.channel && guest.power == FakeGuest::Power::running)
        step(event::GuestRefused{guest.name, "it does not accept our key", {}});
    else if (guest.channel)
        step(event::GuestGone{guest.name, "it does not connect"});
    at(
        Millis{2'000}, [this, &guest] { try_to_log_in(guest); }, true);
}

}  // namespace cpe::test
