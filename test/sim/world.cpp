#include "test/sim/world.hpp"

#include "engines/translate/cib.hpp"

#include <cpe_test_paths.hpp>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <utility>

namespace cpe::sim {

std::string text_of(const DeployableKey& key) {
    return key.tenant + "/" + key.name;
}

std::string text_of(const AssemblyKey& key) {
    return text_of(key.deployable) + "/" + key.assembly;
}

World::World(std::uint64_t of, bool verbose)
    : seed(of), weather(of, 1), cloud(*this), cped(*this), verbose_(verbose) {
    settings.boot_timeout = Millis{30'000};
    settings.default_provider = provider_names().front();
    time.at(Millis{1'000}, [this] { look(); });
}

World::~World() = default;

translate::Stylesheet World::stylesheet() {
    static const std::string text = [] {
        std::ifstream in(std::string(CPE_SOURCE_DIR) + "/schemas/deployable-to-cib.xsl");
        return std::string(std::istreambuf_iterator<char>(in), {});
    }();
    return std::move(translate::Stylesheet::compile(text).value());
}

// Time --------------------------------------------------------------------------------------------

void World::run(Millis span) {
    run_until([] { return false; }, span);
}

bool World::run_until(const std::function<bool()>& holds, Millis limit) {
    const MonoTime end = time.mono() + limit;
    while (!broken()) {
        if (holds()) return true;
        if (!time.run_next(end)) return false;
    }
    return false;
}

void World::look() {
    for (auto& watcher : watchers) watcher->look();
    time.at(Millis{1'000}, [this] { look(); });
}

// What is known of it -----------------------------------------------------------------------------

Machine& World::machine(const AssemblyKey& key, const std::string& provider) {
    auto& known = machines[{key, provider}];
    if (!known) known = std::make_unique<Machine>(*this, key, provider);
    return *known;
}

Machine& World::machine(const AssemblyKey& key) {
    Machine* best = nullptr;
    for (const auto& provider : provider_names()) {
        const auto found = machines.find({key, provider});
        if (found != machines.end() && (!best || found->second->on())) best = found->second.get();
    }
    return best ? *best : machine(key, provider_names().front());
}

std::vector<Machine*> World::machines_of(const DeployableKey& key) const {
    std::vector<Machine*> all;
    for (const auto& [place, machine] : machines)
        if (place.first.deployable == key) all.push_back(machine.get());
    return all;
}

void World::propose(Plan plan) {
    auto& known = proposed_[plan.key];
    known.insert_or_assign(plan.document, std::move(plan));
}

void World::took(const DeployableKey& key, const std::string& document, bool anew) {
    const auto& known = proposed_.at(key);
    const auto found = known.find(document);
    if (found == known.end()) return violated("documents", text_of(key) + " has one of its own");
    Plan fresh = found->second;
    fresh.calm = plans.at(key).calm;
    if (!anew) fresh.follow(plans.at(key));
    plans.at(key) = std::move(fresh);
}

const Plan* World::plan_of(const DeployableKey& key) const {
    const auto found = plans.find(key);
    return found == plans.end() ? nullptr : &found->second;
}

std::vector<Millis> World::intervals_of(const DeployableKey& key,
                                        const std::string& resource) const {
    const Plan* plan = plan_of(key);
    const auto* service = plan ? plan->find(resource) : nullptr;
    if (!service) return {};
    return {service->interval, service->interval + Millis{1}};  // the latter: while promoted
}

std::string World::lease_address() {
    ++last_address_;
    return "10." + std::to_string(last_address_ / 65536) + "." +
           std::to_string(last_address_ / 256 % 256) + "." + std::to_string(last_address_ % 256);
}

std::shared_ptr<Wire> World::connect(Machine& machine) {
    if (!cped.alive() || cped.dying()) return nullptr;
    return cped.channel().accept(machine);
}

void World::cped_down() {
    time.at(weather.between(Millis{50}, calm_weather ? Millis{1'000} : Millis{15'000}),
            [this] { cped.start(); });
}

void World::dpe_died(std::string_view component, std::string_view reason) {
    constexpr std::string_view host = "host ";
    for (auto& watcher : watchers)
        watcher->engine_died(component.starts_with(host) ? component.substr(host.size())
                                                         : component);
    // A disk that is full is the one reason there may be, but for faults asked for by name.
    if (reason.starts_with("what it had to persist was refused")) return;
    violated("a DPE dies of nothing but a full disk",
             std::string(component) + ": " + std::string(reason));
}

// What is said ------------------------------------------------------------------------------------

void World::violated(const std::string& rule, const std::string& what) {
    const std::string line = "BROKEN at " + std::to_string(time.mono().time_since_epoch().count()) +
                             " ms: " + rule + ": " + what;
    violations.push_back(line);
    note([&] { return line; });
}

void World::say(const std::string& line) const {
    if (line.empty()) return;
    const auto ms = time.mono().time_since_epoch().count();
    std::printf("%9.3f %s\n", static_cast<double>(ms) / 1000.0, line.c_str());
}

void World::note(const PersistBatch& batch) {
    if (!verbose_) return;
    for (const auto& event : batch.events)
        say("event " + batch.key.tenant + "/" + batch.key.name + " " + event.kind + " " +
            event.assembly + " " + event.service + " -> " + event.state + ": " + event.reason +
            (event.detail.empty() ? "" : " " + event.detail));
    for (const auto& row : batch.actions)
        say("action " + batch.key.tenant + "/" + batch.key.name + " " +
            std::to_string(row.id.value) + " " + row.resource + " " + row.operation + "_" +
            std::to_string(row.interval.count()) + " " + std::string(name_of(row.status)) +
            (row.rc ? " rc " + std::to_string(*row.rc) : ""));
}

}  // namespace cpe::sim
