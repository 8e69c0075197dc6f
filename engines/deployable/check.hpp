// What a grammatical document means together: names, ids, references, dependencies, limits.
//
// Thread: any; pure. Errors: Errc::invalid_input or Errc::too_large, the first one found.
#pragma once

#include "engines/deployable/parse.hpp"
#include "engines/deployable/read.hpp"

#include <cpe/result.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cpe::deployable {

/// Fixed by the format, not by the configuration: bounds that no sane deployable meets.
inline constexpr std::size_t most_parameters = 256;       ///< of one service
inline constexpr std::size_t longest_value = 64U << 10U;  ///< bytes of one parameter
inline constexpr std::size_t most_capacities = 32;        ///< of one assembly or service
inline constexpr std::size_t most_providers = 16;
inline constexpr Millis longest_duration = std::chrono::hours(7 * 24);
inline constexpr std::uint32_t most_failures = 1'000'000;  ///< migration_threshold: INFINITY

/// How all of them say what is wrong at a place.
inline Error invalid(std::string place, std::string what, std::string hint) {
    return {Errc::invalid_input, std::move(what), std::move(place), std::move(hint)};
}

/// Names, uuids, resource ids, durations, parameters and references.
std::optional<Error> check_model(const Draft&);

/// What floating services ask for and whether it can ever be had: preferences, instances, scores,
/// utilization against capacity; the list of providers.
std::optional<Error> check_placement(const Draft&);

/// Ids of constraints, and every resource and assembly that they name.
std::optional<Error> check_constraints(const Draft&);

/// Cycles and over-long chains of dependencies and rsc_order together. The scheduler plans a cycle
/// without complaint and can then never finish it (facts/policy-engine.md). For a draft that
/// check_constraints has passed.
std::optional<Error> check_orders(const Draft&, const Limits&);

/// The resources of a document by the ids that constraints may call them by.
class Resources {
public:
    explicit Resources(const Deployable&);
    [[nodiscard]] std::optional<std::size_t> find(std::string_view id) const;
    /// The same; also clone_SERVICE, which is its rsc_SERVICE.
    [[nodiscard]] std::optional<std::size_t> find_any(std::string_view id) const;
    [[nodiscard]] std::size_t size() const { return services_.size(); }
    [[nodiscard]] const Service& operator[](std::size_t index) const { return *services_[index]; }

private:
    void add(const Service&);

    std::unordered_map<std::string_view, std::size_t> numbers_;
    std::vector<const Service*> services_;
};

}  // namespace cpe::deployable
