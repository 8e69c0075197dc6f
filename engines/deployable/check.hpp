// What a grammatical document means together: names, ids, references, dependencies, limits.
//
// Thread: any; pure. Errors: Errc::invalid_input or Errc::too_large, the first one found.
#pragma once

#include "engines/deployable/parse.hpp"
#include "engines/deployable/read.hpp"

#include <cpe/result.hpp>

#include <optional>

namespace cpe::deployable {

/// Fixed by the format, not by the configuration: bounds that no sane deployable meets.
inline constexpr std::size_t most_parameters = 256;       ///< of one service
inline constexpr std::size_t longest_value = 64U << 10U;  ///< bytes of one parameter
inline constexpr Millis longest_duration = std::chrono::hours(7 * 24);

/// Names, uuids, resource ids, durations, parameters and references.
std::optional<Error> check_model(const Draft&);

/// Dangling ends, cycles and over-long chains of dependencies. The scheduler plans a cycle without
/// complaint and can then never finish it (facts/policy-engine.md).
std::optional<Error> check_dependencies(const Draft&, const Limits&);

}  // namespace cpe::deployable
