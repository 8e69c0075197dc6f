// Whether and when a request is made again.
//
// Thread: any; pure. Limits: max_attempts; the caller's deadline.
#pragma once

#include "adapters/openstack/outcome.hpp"

#include <optional>

namespace cpe::openstack {

constexpr unsigned max_attempts = 8;
constexpr Millis first_backoff{500};
constexpr Millis longest_backoff{10'000};

/// Doubles with every failure; between half and the whole of it, as `random` (0 <= x < 1) says.
[[nodiscard]] Millis backoff(unsigned failures, Millis first, Millis longest, double random);

/// After the attempt-th failure (from 1). `repeatable`: carrying it out twice does no harm. None:
/// it is of no use, or does not fit into what is left of the deadline.
[[nodiscard]] std::optional<Millis> delay_before_retry(const Failed& failed, bool repeatable,
                                                       unsigned attempt, Millis left,
                                                       double random);

}  // namespace cpe::openstack
