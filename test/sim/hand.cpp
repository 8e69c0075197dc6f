#include "test/sim/hand.hpp"

#include "test/sim/world.hpp"

namespace cpe::sim {

void Hand::create(const DeployableKey& key, bool start) {
    if (!world_.cped.alive()) return;
    const Plan& plan = world_.plans.at(key);
    world_.note([&] { return "operator: create " + text_of(key) + "\n" + plan.document; });
    world_.cped.post([this, key, start, document = plan.document] {
        ++in_flight_[key];
        auto done = [this, key](const Result<DeployableStatus>& outcome) {
            if (--in_flight_[key] == 0) in_flight_.erase(key);
            if (outcome && !world_.disk.deployables.contains(key))
                world_.violated("answers",
                                text_of(key) + " is said to be created, and is not there");
            if (!outcome && outcome.error().code == Errc::invalid_input)
                world_.violated("answers", text_of(key) + " is refused: " + outcome.error().line());
        };
        world_.cped.registry().create({key.tenant, document, start, "sim"}, done);
    });
}

void Hand::wish(const DeployableKey& key, Wish wish, const std::string& target) {
    if (!world_.cped.alive()) return;
    world_.note([&] {
        constexpr const char* names[] = {"start",   "stop",  "delete",         "confirm down",
                                         "restart", "retry", "maintenance on", "maintenance off",
                                         "trust"};
        return "operator: " + std::string(names[static_cast<int>(wish)]) + " " + text_of(key) +
               " " + target;
    });
    world_.cped.post([this, key, wish, target] {
        const bool alone = ++in_flight_[key] == 1;
        auto done = [this, key, wish, alone](const Result<>& outcome) {
            const bool still_alone = --in_flight_[key] == 0;
            if (still_alone) in_flight_.erase(key);
            ended(key, wish, outcome, alone && still_alone);
        };
        auto& registry = world_.cped.registry();
        if (wish == Wish::start) return registry.start(key, "sim", done);
        if (wish == Wish::stop) return registry.stop(key, "sim", done);
        if (wish == Wish::remove) return registry.remove(key, "sim", done);
        registry.act(key, wish, target, "sim", done);
    });
}

void Hand::release(const DeployableKey& key) {
    if (!world_.cped.alive()) return;
    world_.note([&] { return "operator: release " + text_of(key); });
    world_.cped.post(
        [this, key] { world_.cped.registry().release(key, "sim", [](const Result<>&) {}); });
}

void Hand::reload(const DeployableKey& key, const std::string& document, bool good) {
    if (!world_.cped.alive()) return;
    world_.note([&] { return "operator: reload " + text_of(key); });
    world_.cped.post([this, key, document, good] {
        const bool alone = ++in_flight_[key] == 1;
        const auto kept = world_.disk.deployables.find(key);
        const std::string before =
            kept == world_.disk.deployables.end() ? "" : kept->second.document;
        auto done = [this, key, document, good, before, alone](const Result<>& outcome) {
            const bool still_alone = --in_flight_[key] == 0;
            if (still_alone) in_flight_.erase(key);
            if (!good && outcome)
                world_.violated("answers", text_of(key) + " takes a document that is none");
            const bool by_itself = alone && still_alone;
            reloaded(key, outcome ? document : before, outcome, by_itself && good);
        };
        world_.cped.registry().reload(key, document, "sim", done);
    });
}

/// What was granted is durable, what was refused has changed nothing.
void Hand::reloaded(const DeployableKey& key, const std::string& document, const Result<>& outcome,
                    bool alone) {
    if (!outcome && outcome.error().code == Errc::invalid_input && alone)
        world_.violated("answers",
                        text_of(key) + ": a reload is refused: " + outcome.error().line());
    world_.note([&] {
        return "answer: reload of " + text_of(key) +
               (outcome ? " is done" : ": " + outcome.error().line());
    });
    const auto kept = world_.disk.deployables.find(key);
    if (!alone || kept == world_.disk.deployables.end()) return;
    if (kept->second.document != document)
        world_.violated("answers", text_of(key) + ": a reload is " +
                                       (outcome ? "granted and not durable"
                                                : "refused, and has changed the document"));
}

/// What was answered is durable.
void Hand::ended(const DeployableKey& key, Wish wish, const Result<>& outcome, bool alone) {
    if (!outcome || !alone) return;
    const auto kept = world_.disk.deployables.find(key);
    const bool there = kept != world_.disk.deployables.end();
    bool holds = true;
    if (wish == Wish::start) holds = there && kept->second.wanted;
    if (wish == Wish::stop) holds = there && !kept->second.wanted;
    if (wish == Wish::remove) holds = !there || kept->second.deleting;
    if (!holds) world_.violated("answers", text_of(key) + ": a wish is granted and not durable");
}

}  // namespace cpe::sim
