#include "test/sim/story.hpp"

#include "test/sim/change.hpp"
#include "test/sim/faults.hpp"
#include "test/sim/rules/quiet.hpp"
#include "test/sim/rules/rules.hpp"
#include "test/sim/world.hpp"

#include <algorithm>

namespace cpe::sim {
namespace {

class Story {
public:
    explicit Story(const StoryOptions& options)
        : options_(options),
          world_(options.seed, options.verbose),
          hand_(world_),
          faults_(world_, hand_) {}

    StoryEnd run() {
        set_up();
        if (!world_.broken()) strike();
        if (!world_.broken()) recover();
        if (!world_.broken()) rest();
        if (!world_.broken()) change();
        if (!world_.broken()) go_away();
        return {world_.violations,
                struck_,
                world_.disk.hash,
                world_.time.steps(),
                world_.ticks,
                world_.disk.commits,
                static_cast<double>(world_.time.mono().time_since_epoch().count()) / 3.6e6};
    }

private:
    void set_up();
    void strike();
    void recover();
    void rest();
    void change();
    void go_away();

    void check_machines();
    void check_instance(const DeployableKey& key, const std::string& resource,
                        const std::string& place);
    void check_leftovers();
    void change(const DeployableKey& key, Random& random);
    [[nodiscard]] bool all(DeployableState state) const;
    [[nodiscard]] bool nobody_works() const;
    [[nodiscard]] std::string not_yet(DeployableState state) const;
    void let_go(const DeployableStatus& now);
    void lend_hands(const DeployableStatus& now);
    void bring_back();
    [[nodiscard]] Millis bound() const;

    StoryOptions options_;
    World world_;
    Hand hand_;
    Faults faults_;
    Quiet* quiet_ = nullptr;  ///< one of the world's watchers
    std::size_t struck_ = 0;
};

void Story::set_up() {
    Random random(options_.seed, 3);
    world_.tenants = {"calm", "red", "green"};
    const auto add = [&](const DeployableKey& key, bool calm) {
        Plan plan = draw_plan(key, random);
        while (calm && plan.moves_by_itself()) plan = draw_plan(key, random);
        world_.propose(plan);
        world_.plans.emplace(key, std::move(plan));
    };
    add({"calm", "d0"}, true);
    const int others = random.between(1, 4);
    for (int i = 0; i < others; ++i)
        add({i % 2 == 0 ? "red" : "green", "d" + std::to_string(i / 2)}, false);
    world_.watchers = all_rules(world_);
    auto quiet = std::make_unique<Quiet>(world_);
    quiet_ = quiet.get();
    world_.watchers.push_back(std::move(quiet));
    world_.cped.start();
    for (const auto& [key, plan] : world_.plans) hand_.create(key, true);
    if (!world_.run_until([&] { return all(DeployableState::running); }, Millis{300'000}) &&
        !world_.broken())
        world_.violated("beginning", not_yet(DeployableState::running));
    world_.run(Millis{5'000});
    // As its assemblies came up, services may have found better places.
    world_.plans.at({"calm", "d0"}).calm = true;
}

void Story::strike() {
    for (std::size_t n = 1; n <= options_.faults && !world_.broken(); ++n) {
        world_.run(faults_.pause(n));
        if (options_.skip.contains(n) || world_.broken()) continue;
        faults_.strike(n);
        ++struck_;
    }
}

// Then all must be well ---------------------------------------------------------------------------

/// After the faults have stopped, what is still to be waited for, at most:
/// - two rounds of: a silence that is noticed, an operation that hangs, the provider's answers that
///   were lost, a fence's and a start's longest pause, a boot that came to nothing and one that
///   does;
/// - for each service in the longest chain its longest pause, its start, and its failure told;
/// - the longest pause after a plan that failed, and that of the bound of plans.
Millis Story::bound() const {
    constexpr Millis operation{20'000}, margin{10'000}, pause{60'000}, boot{35'000};
    int depth = 1;
    for (const auto& [key, plan] : world_.plans) depth = std::max(depth, plan.depth());
    const auto& settings = world_.settings;
    const Millis silence = settings.heartbeat_interval * settings.heartbeat_missed;
    const Millis round = silence + operation + margin + 3 * Cloud::deadline + 2 * pause +
                         settings.boot_timeout + boot;
    return 2 * round + depth * (pause + operation + margin) + 2 * pause;
}

bool Story::all(DeployableState state) const {
    if (!world_.cped.alive()) return false;
    auto& registry = const_cast<World&>(world_).cped.registry();
    const auto now = registry.list("");
    return now.size() == world_.plans.size() &&
           std::all_of(now.begin(), now.end(), [&](const auto& d) { return d.state == state; });
}

/// Whoever could not end a maintenance while the disk was full has done so since.
bool Story::nobody_works() const {
    const auto& kept = world_.disk.deployables;
    return std::none_of(kept.begin(), kept.end(), [](const auto& each) {
        return each.second.memory.contains("maintenance");
    });
}

std::string Story::not_yet(DeployableState state) const {
    if (!world_.cped.alive()) return "cped is down";
    std::string text;
    auto& registry = const_cast<World&>(world_).cped.registry();
    for (const auto& d : registry.list("")) {
        if (d.state == state) continue;
        text += text_of(d.key) + " is " + std::string(name_of(d.state));
        for (const auto& a : d.assemblies)
            text += ", " + a.name + " " + std::string(name_of(a.state));
        for (const auto& s : d.services)
            text += ", " + s.resource + " " + std::string(name_of(s.state));
        text += "; ";
    }
    return text.empty() ? "one is missing" : text;
}

/// What is wrong no more is released, and what nobody works at is looked after again.
void Story::let_go(const DeployableStatus& now) {
    if (now.state == DeployableState::quarantined) return hand_.release(now.key);
    const auto kept = world_.disk.deployables.find(now.key);
    if (kept == world_.disk.deployables.end() || !kept->second.memory.contains("maintenance"))
        return;
    hand_.wish(now.key, Wish::maintenance_off);
    for (const auto& a : now.assemblies) hand_.wish(now.key, Wish::maintenance_off, a.name);
}

/// A person goes to the machines that nobody can fence, and says that they are down.
void Story::lend_hands(const DeployableStatus& now) {
    for (const auto& a : now.assemblies) {
        if (a.state != AssemblyState::failed) continue;
        const AssemblyKey key{now.key, a.name};
        for (Machine* machine : world_.machines_of(now.key))
            if (machine->key() == key) machine->power_off(true);
        hand_.wish(now.key, Wish::confirm_down, a.name);
    }
}

void Story::bring_back() {
    const auto alive = [&] { return world_.cped.alive() && !world_.cped.stalled(); };
    world_.run_until(alive, Millis{60'000});
    if (world_.broken()) return;
    const auto now = world_.cped.registry().list("");
    for (const auto& each : now) let_go(each);
    for (const auto& each : now) lend_hands(each);
    for (const auto& [key, plan] : world_.plans) {
        const bool there =
            std::any_of(now.begin(), now.end(), [&](const auto& d) { return d.key == key; });
        there ? hand_.wish(key, Wish::start) : hand_.create(key, true);
    }
}

void Story::recover() {
    faults_.heal();
    const MonoTime end = world_.time.mono() + bound();
    // What is being deleted has to be gone before it can be created again.
    const auto is_well = [&] { return all(DeployableState::running) && nobody_works(); };
    while (!world_.broken() && world_.time.mono() < end && !is_well()) {
        bring_back();
        world_.run_until(is_well, Millis{20'000});
    }
    if (!world_.broken() && !is_well())
        world_.violated("recovery", "not within " + std::to_string(bound().count()) +
                                        " ms: " + not_yet(DeployableState::running));
}

void Story::rest() {
    // Until the last failure is old enough to be forgotten, too (plan.cpp: at most 300 s).
    world_.run(Millis{90'000 + 300'000});
    if (world_.broken()) return;
    if (!all(DeployableState::running))
        return world_.violated("rest", not_yet(DeployableState::running));
    check_machines();
    for (auto& watcher : world_.watchers) watcher->look_at_rest();
    const auto commits = world_.disk.commits;
    const auto ticks = world_.ticks;
    world_.run(Millis{60'000});
    if (world_.disk.commits != commits) world_.violated("rest", "something is persisted at rest");
    if (world_.ticks > ticks + world_.plans.size())
        world_.violated("rest", "more plans than the recheck at rest");
}

// Nothing is wrong, and documents change ----------------------------------------------------------

/// Each deployable is reloaded some times, one after the other: only what the change touches may be
/// stopped or started, and what is then is what the new document says.
void Story::change() {
    Random random(options_.seed, 4);
    // A provider that lied of an address is heard anew.
    world_.cped.crash();
    hand_.forget();
    world_.run(Millis{60'000});
    world_.run_until([&] { return all(DeployableState::running); }, bound());
    world_.run(Millis{60'000});
    for (const auto& [key, plan] : world_.plans)
        for (int round = 0; round < 3 && !world_.broken(); ++round) change(key, random);
}

void Story::change(const DeployableKey& key, Random& random) {
    const Plan old = world_.plans.at(key);
    Change next{"nothing", old};
    if (!old.calm) next = draw_change(old, random);
    world_.note([&] { return "--- change of " + text_of(key) + ": " + next.what; });
    world_.propose(next.plan);
    quiet_->begin(key, touched_by(old, next.plan), next.what);
    hand_.reload(key, next.plan.document);
    if (!old.calm && random.chance(25)) {
        world_.run(random.between(Millis{0}, Millis{500}));
        world_.cped.crash();
        hand_.forget();
    } else {
        world_.run_until([&] { return hand_.idle(); }, Millis{10'000});
    }
    world_.run(Millis{20'000});
    world_.run_until([&] { return all(DeployableState::running); }, bound());
    world_.run(Millis{20'000});
    quiet_->end();
    if (world_.broken()) return;
    if (!all(DeployableState::running))
        return world_.violated("change", next.what + ": " + not_yet(DeployableState::running));
    check_machines();
    check_leftovers();
}

/// What the document has not any more is nowhere.
void Story::check_leftovers() {
    for (const auto& [place, machine] : world_.machines) {
        const Plan* plan = world_.plan_of(place.first.deployable);
        if (!plan->assembly(place.first.assembly) && machine->power() != Machine::Power::absent)
            world_.violated("change", machine->name() + " is left behind");
        for (const auto& resource : machine->resources())
            if (machine->runs(resource) && resource.starts_with("rsc_") &&
                (!plan->find(resource) || plan->is_leftover(resource)))
                world_.violated("change", machine->name() + ": " + resource + " still runs");
    }
    for (const auto& [key, kept] : world_.disk.deployables)
        for (const auto& [name, value] : kept.memory)
            if (name.starts_with("retired ") || name.starts_with("leaving "))
                world_.violated("change", text_of(key) + " remembers what is " + name);
}

void Story::check_machines() {
    for (const auto& now : world_.cped.registry().list("")) {
        const Plan& plan = world_.plans.at(now.key);
        if (now.assemblies.size() != plan.assemblies.size())
            world_.violated("truth", text_of(now.key) + " has other assemblies than its document");
        for (const auto& s : now.services) {
            if (!s.resource.starts_with("rsc_")) continue;
            if (!plan.find(s.resource) || plan.is_leftover(s.resource))
                world_.violated("truth",
                                text_of(now.key) + ": " + s.resource + " is in no document");
            if (s.assemblies.empty())
                world_.violated("truth", text_of(now.key) + ": " + s.resource + " runs nowhere");
            for (const auto& place : s.assemblies) check_instance(now.key, s.resource, place);
        }
    }
}

void Story::check_instance(const DeployableKey& key, const std::string& resource,
                           const std::string& place) {
    Machine& machine = world_.machine({key, place});
    if (!machine.runs(resource))
        return world_.violated("truth", text_of(key) + ": " + resource + " is said to run in " +
                                            place + ", and does not");
    const auto* service = world_.plans.at(key).find(resource);
    if (!service) return;
    const std::string wanted = service->value == 0 ? "" : std::to_string(service->value);
    const std::string given = machine.body(resource).fake;
    if (given != wanted)
        world_.violated("truth", text_of(key) + ": " + resource + " runs in " + place +
                                     " with fake='" + given + "', its document says '" + wanted +
                                     "'");
}

void Story::go_away() {
    for (auto& [key, plan] : world_.plans) {
        plan.calm = false;
        hand_.wish(key, options_.seed % 2 == 0 ? Wish::stop : Wish::remove);
    }
    if (options_.seed % 2 == 0) {
        world_.run_until([&] { return all(DeployableState::stopped); }, bound());
        if (!world_.broken() && !all(DeployableState::stopped))
            world_.violated("stop", not_yet(DeployableState::stopped));
        for (const auto& [place, machine] : world_.machines)
            if (machine->on()) world_.violated("stop", machine->name() + " still runs");
        for (const auto& [key, plan] : world_.plans) hand_.wish(key, Wish::remove);
    }
    world_.run_until([&] { return world_.cped.registry().list("").empty(); }, bound());
    if (world_.broken()) return;
    if (!world_.disk.deployables.empty())
        world_.violated("delete", "something is left in the store");
    for (const auto& [place, machine] : world_.machines)
        if (machine->power() != Machine::Power::absent)
            world_.violated("delete", machine->name() + " is left behind");
    for (const auto& [id, row] : world_.disk.actions)
        if (row.second.status == ActionStatus::pending)
            world_.violated("delete", "action " + std::to_string(id) + " never ended");
    for (const auto& [id, row] : world_.disk.transitions)
        if (row.second.status == "running")
            world_.violated("delete", "transition " + std::to_string(id) + " never ended");
}

}  // namespace

StoryEnd tell(const StoryOptions& options) {
    return Story(options).run();
}

}  // namespace cpe::sim
