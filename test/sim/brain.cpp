#include "test/sim/brain.hpp"

#include "engines/policy/scheduler.hpp"
#include "test/sim/world.hpp"

#include <utility>

namespace cpe::sim {
namespace {

/// One in a process.
policy::Scheduler& scheduler() {
    static policy::Scheduler one([](LogLevel, std::string_view, std::string_view) {});
    return one;
}

}  // namespace

void Brain::run(TickRequest request, bool validate, Done done) {
    if (world_.cped.dying()) return;
    Result<TickResult> outcome = Error{Errc::internal, "the library gave up", "policy", {}};
    const bool fails = !validate && world_.failing_ticks > 0;
    if (fails)
        --world_.failing_ticks;
    else
        outcome = scheduler().run(request.key.name, request.cib, request.now, validate);
    ++world_.ticks;
    if (outcome) outcome->took = Millis{1};
    const Millis takes = world_.ticks_slow_until > world_.time.mono()
                             ? world_.weather.between(Millis{500}, Millis{5'000})
                             : world_.weather.between(Millis{1}, Millis{30});
    world_.cped.later(takes, [this, key = request.key, epoch = epochs_[request.key], validate,
                              done = std::move(done), outcome = std::move(outcome)] {
        if (epochs_[key] != epoch) return;
        if (outcome && !validate)  // an admission is no plan
            for (auto& watcher : world_.watchers) watcher->planned(key, outcome->graph);
        done(outcome);
    });
}

void Brain::tick(TickRequest request, Done done) {
    for (auto& watcher : world_.watchers) watcher->ticked(request.key);
    run(std::move(request), false, std::move(done));
}

void Brain::admit(TickRequest request, Done done) {
    run(std::move(request), true, std::move(done));
}

void Brain::forget(const DeployableKey& key) {
    ++epochs_[key];
}

}  // namespace cpe::sim
