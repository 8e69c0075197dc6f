#include "test/sim/rules/rules.hpp"

#include "test/sim/world.hpp"

#include <algorithm>
#include <iterator>
#include <set>

namespace cpe::sim::rules {
namespace {

class Watched final : public Watcher {
public:
    explicit Watched(World& world) : world_(world) {}

    void look() override {
        stalls_.insert(world_.cped.stalled_until());
        look(false);
    }
    void look_at_rest() override { look(true); }

private:
    void look(bool at_rest) {
        if (!world_.cped.alive() || world_.cped.stalled() || !is_well()) {
            able_.clear();
            return;
        }
        for (const auto& now : world_.cped.registry().list("")) {
            const Plan* plan = world_.plan_of(now.key);
            if (!plan) continue;
            for (const auto& s : now.services)
                if (s.state == ServiceState::running) check(*plan, now, s, at_rest);
        }
    }

    /// Between the moment a monitor is lost and the one it is found again: two heartbeats that
    /// differ, what runs then ends, a plan that may have to wait, also for others that do not
    /// answer. At rest nothing of that is allowed for.
    Millis bound(const ServicePlan& s, bool at_rest) const {
        const Millis own = s.interval + s.monitor_timeout + Millis{1'000};
        if (at_rest) return own;
        constexpr Millis longest_operation{30'000};
        constexpr Millis longest_pause{60'000};
        constexpr Millis longest_fault{90'000};
        return 2 * own + 3 * world_.settings.heartbeat_interval + longest_operation +
               longest_pause + longest_fault;
    }

    /// Nothing is wrong with what cped stands on.
    bool is_well() const {
        const MonoTime now = world_.time.mono();
        return world_.disk_full_until <= now && world_.disk_slow_until <= now &&
               world_.ticks_slow_until <= now && world_.failing_ticks == 0;
    }

    /// Since when its guest can be spoken to there, whatever else is wrong with the others.
    MonoTime able_since(const AssemblyKey& key, const std::string& resource) {
        const MonoTime now = world_.time.mono();
        const auto all = world_.machines_of(key.deployable);
        const bool able = std::any_of(all.begin(), all.end(), [&](const Machine* machine) {
            return machine->key() == key && can_be_asked(*machine, resource);
        });
        if (!able) able_[{key, resource}] = now;
        return able_.try_emplace({key, resource}, now).first->second;
    }
    static bool can_be_asked(const Machine& machine, const std::string& resource) {
        const Network usual;
        const auto* body = machine.find(resource);
        return machine.on() && !machine.frozen() && !machine.undead && machine.agent() &&
               machine.agent()->connected() && !machine.agent()->hung() && !machine.network.cut &&
               machine.network.latency_to == usual.latency_to && machine.network.duplicates == 0 &&
               (!body || body->script == Script{});
    }

    void check(const Plan& plan, const DeployableStatus& now, const ServiceStatus& s,
               bool at_rest) {
        const auto* service = plan.find(s.resource);
        if (!service || plan.is_leftover(s.resource)) return;
        for (const auto& place : s.assemblies) {
            const auto looked = last_look({now.key, place}, s.resource);
            const MonoTime since =
                std::max(looked, at_rest ? MonoTime{} : able_since({now.key, place}, s.resource));
            const Millis age = world_.time.mono() - since;
            if (age > bound(*service, at_rest))
                world_.violated("watched", text_of(now.key) + ": " + s.resource +
                                               " is said to run in " + place +
                                               " and was not looked at for " +
                                               std::to_string(age.count()) + " ms");
            check_claim(now, s, *service, looked);
        }
    }
    /// What is known of a machine that died since counts, too.
    MonoTime last_look(const AssemblyKey& key, const std::string& resource) {
        MonoTime& latest = looks_[{key, resource}];
        for (const Machine* machine : world_.machines_of(key.deployable))
            if (const auto* body = machine->key() == key ? machine->find(resource) : nullptr)
                latest = std::max(latest, body->looked);
        return latest;
    }

    /// `last_checked` must not be later than a check that really was, in none of its places: the
    /// one that was not checked for the longest time speaks for all.
    void check_claim(const DeployableStatus& now, const ServiceStatus& s,
                     const ServicePlan& service, MonoTime looked) const {
        if (!s.last_checked || looked == MonoTime{}) return;  // being started there
        const auto claimed = world_.time.moment_of(*s.last_checked);
        // A heartbeat may have been on its way for as long as its guest may be silent, and what
        // waited while cped stood still was read then.
        const Millis way =
            world_.settings.heartbeat_interval * (world_.settings.heartbeat_missed + 1);
        if (claimed && was_held_up(*claimed, way)) return;
        if (claimed && *claimed - looked <= service.interval + service.monitor_timeout + way)
            return;
        world_.violated(
            "watched",
            text_of(now.key) + ": " + s.resource + " is said to be checked " +
                (claimed ? std::to_string((*claimed - looked).count()) + " ms after its last check"
                         : "at a time that never was"));
    }
    bool was_held_up(MonoTime claimed, Millis way) const {
        const auto after = stalls_.upper_bound(claimed);
        return after != stalls_.begin() && claimed - *std::prev(after) <= way;
    }

    std::map<std::pair<AssemblyKey, std::string>, MonoTime> able_;
    std::set<MonoTime> stalls_;  ///< when cped went on after having stood still
    std::map<std::pair<AssemblyKey, std::string>, MonoTime> looks_;
    World& world_;
};

class Pace final : public Watcher {
public:
    explicit Pace(World& world) : world_(world) {}

    void cped_began() override { times_.clear(); }
    void ticked(const DeployableKey& key) override {
        auto& times = times_[key];
        const MonoTime now = world_.time.mono();
        times.push_back(now);
        std::erase_if(times, [&](MonoTime at) { return now - at >= Millis{60'000}; });
        // A DPE that was born again does not remember the plans of the one before.
        const auto died = born_again_.find(key.name);
        const bool forgot = died != born_again_.end() && now - died->second < Millis{60'000};
        const auto most =
            static_cast<std::size_t>(world_.settings.transitions_per_minute) * (forgot ? 2 : 1);
        if (times.size() > most)
            world_.violated("pace", text_of(key) + ": " + std::to_string(times.size()) +
                                        " plans within a minute");
    }
    void engine_died(std::string_view name) override {
        born_again_[std::string(name)] = world_.time.mono();
    }

private:
    World& world_;
    std::map<DeployableKey, std::vector<MonoTime>> times_;
    std::map<std::string, MonoTime> born_again_;  ///< when its engine died the last time
};

}  // namespace

std::unique_ptr<Watcher> watched(World& world) {
    return std::make_unique<Watched>(world);
}

std::unique_ptr<Watcher> pace(World& world) {
    return std::make_unique<Pace>(world);
}

}  // namespace cpe::sim::rules
