#include "test/sim/rules/rules.hpp"

namespace cpe::sim {

std::vector<std::unique_ptr<Watcher>> all_rules(World& world) {
    std::vector<std::unique_ptr<Watcher>> all;
    for (const auto make : {rules::one_place, rules::proof_before_start, rules::order,
                            rules::as_planned, rules::disks_are_kept, rules::durable_first,
                            rules::hands_off, rules::nothing_after_delete, rules::log_tells_all,
                            rules::escalations, rules::watched, rules::pace, rules::calm_tenant})
        all.push_back(make(world));
    return all;
}

}  // namespace cpe::sim
