#include "adapters/openstack/retry.hpp"

#include <algorithm>

namespace cpe::openstack {

Millis backoff(unsigned failures, Millis first, Millis longest, double random) {
    constexpr unsigned doublings = 20;
    const auto whole = first.count() << std::min(failures > 0 ? failures - 1 : 0, doublings);
    const auto most = static_cast<double>(std::min<std::int64_t>(whole, longest.count()));
    return Millis(static_cast<std::int64_t>(most * (0.5 + 0.5 * random)));
}

std::optional<Millis> delay_before_retry(const Failed& failed, const Trial& trial,
                                         Millis first_backoff, double random) {
    if (!failed.passing || trial.attempt >= max_attempts) return std::nullopt;
    if (failed.carried_out && !trial.repeatable) return std::nullopt;
    const Millis delay = std::max(backoff(trial.attempt, first_backoff, longest_backoff, random),
                                  failed.fault.retry_after.value_or(Millis(0)));
    if (delay >= trial.left) return std::nullopt;
    return delay;
}

}  // namespace cpe::openstack
