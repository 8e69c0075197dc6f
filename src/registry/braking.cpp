#include "src/registry/braking.hpp"

#include "engines/deployment/braking.hpp"

#include <algorithm>
#include <utility>

namespace cpe::registry {

Braking::Braking(brake::Settings settings, const Clock& clock, std::unique_ptr<host::Alarm> alarm,
                 Owner owner)
    : brake_(settings), clock_(clock), alarm_(std::move(alarm)), owner_(std::move(owner)) {}

void Braking::suspect(const DeployableKey& key, std::span<const Suspect> suspects) {
    const Now now = clock_.now();
    for (const Suspect& suspect : suspects)
        tell(brake_.suspect({key, suspect.assembly}, suspect.provider, owner_.census, now));
    arm();
}

void Braking::remembers(const StoredDeployable& stored) {
    auto was = deployment::brake_memory(stored.memory);
    if (!was || !stored.wanted || stored.deleting || brake_.holds(stored.key)) return;
    brake_.resume(stored.key, {was->since, std::move(was->reason), std::move(was->detail)},
                  clock_.now());
    arm();
}

void Braking::begins(const DeployableKey& key) {
    if (const auto order = brake_.order_for(key)) tell({*order});
}

void Braking::ends(const DeployableKey& key) {
    brake_.forget(key);
    arm();
}

std::optional<event::Brake> Braking::release(const DeployableKey& key, const std::string& who) {
    const auto orders = brake_.release(key, who + " asked for release");
    arm();
    if (orders.empty()) return std::nullopt;
    return event::Brake{false, orders.front().reason, orders.front().detail};
}

BrakeHold Braking::hold_of(const DeployableKey& key) const {
    const auto hold = brake_.hold_of(key);
    if (!hold) return {};
    const Now now = clock_.now();
    return {hold->since, WallTime{now.wall.ms + (hold->until - now.mono).count()}, hold->reason};
}

void Braking::tell(const std::vector<brake::Order>& orders) {
    for (const brake::Order& order : orders)
        owner_.tell(order.deployable, event::Brake{order.on, order.reason, order.detail});
}

void Braking::arm() {
    const auto due = brake_.next();
    if (!due) return alarm_->cancel();
    const Millis after = std::max(Millis{0}, *due - clock_.now().mono);
    alarm_->set(after, [this] {
        tell(brake_.let_go(clock_.now()));
        arm();
    });
}

}  // namespace cpe::registry
