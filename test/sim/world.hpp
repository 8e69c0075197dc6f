// The simulated world: one seed, one thread, virtual time. Around the real daemon (cped.hpp) stand
// machines, providers, networks and a disk; watchers see all that crosses a border and say what
// must not be.
#pragma once

#include "test/sim/cloud.hpp"
#include "test/sim/cped.hpp"
#include "test/sim/disk.hpp"
#include "test/sim/machine.hpp"
#include "test/sim/plan.hpp"
#include "test/sim/random.hpp"
#include "test/sim/timeline.hpp"
#include "test/sim/watcher.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace cpe::sim {

class World {
public:
    World(std::uint64_t seed, bool verbose);
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    /// Until then, or until something forbidden has happened.
    void run(Millis span);
    bool run_until(const std::function<bool()>& holds, Millis limit);
    [[nodiscard]] bool broken() const { return !violations.empty(); }
    /// A rule was broken.
    void violated(const std::string& rule, const std::string& what);

    Machine& machine(const AssemblyKey& key, const std::string& provider);
    /// The one that runs, or another that exists.
    Machine& machine(const AssemblyKey& key);
    [[nodiscard]] std::vector<Machine*> machines_of(const DeployableKey& key) const;
    /// An operator is about to ask for it: what counts is what becomes durable.
    void propose(Plan plan);
    /// That document of it is durable: these rules are in force from now on.
    void took(const DeployableKey& key, const std::string& document, bool anew);
    [[nodiscard]] const Plan* plan_of(const DeployableKey& key) const;
    [[nodiscard]] std::vector<Millis> intervals_of(const DeployableKey& key,
                                                   const std::string& resource) const;
    std::shared_ptr<Wire> connect(Machine& machine);
    std::string lease_address();
    void cped_down();
    void dpe_died(std::string_view component, std::string_view reason);

    template <class Line>
    void note(Line line) {
        if (verbose_) say(line());
    }
    void note(const PersistBatch& batch);
    static translate::Stylesheet stylesheet();

    const std::uint64_t seed;
    Timeline time;
    Random weather;  ///< delays, and how what is undecided falls out
    deployment::Settings settings;
    std::set<std::string> tenants;
    std::map<DeployableKey, Plan> plans;
    std::map<Cloud::Place, std::unique_ptr<Machine>> machines;
    std::vector<std::unique_ptr<Watcher>> watchers;
    Disk disk;
    Cloud cloud;
    Cped cped;

    // Troubles.
    MonoTime disk_full_until;
    MonoTime disk_slow_until;
    MonoTime ticks_slow_until;
    int failing_ticks = 0;
    bool calm_weather = false;  ///< faults have stopped

    std::uint64_t ticks = 0;
    std::vector<std::string> violations;

private:
    void say(const std::string& line) const;
    void look();

    bool verbose_;
    unsigned last_address_ = 0;
    std::map<DeployableKey, std::map<std::string, Plan>> proposed_;  ///< by document
};

/// "tenant/name" and "tenant/name/assembly"
std::string text_of(const DeployableKey& key);
std::string text_of(const AssemblyKey& key);

}  // namespace cpe::sim
