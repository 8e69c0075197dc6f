// Whether and when a request is made again.
//
// Thread: any; pure. Limits: max_attempts; the caller's deadline.
#pragma once

#include "adapters/openstack/outcome.hpp"

#include <optional>

namespace cpe::openstack {

constexpr unsigned max_attempts = 8;
constexpr Millis longest_backoff{10'000};

/// Doubles with every failure; between half and the whole of it, as `random` (0 <= x < 1) says.
[[nodiscard]] Millis backoff(unsigned failures, Millis first, Millis longest, double random);

struct Trial {
    bool repeatable = false;  ///< carrying it out twice does no harm
    unsigned attempt = 1;     ///< which one has failed
    Millis left{0};           ///< until the deadline
};
/// None: it is of no use, or does not fit into what is left of the deadline.
[[nodiscard]] std::optional<Millis> delay_before_retry(const Failed& failed, const Trial& trial,
                                                       Millis first_backoff, double random);

}  // namespace cpe::openstack
