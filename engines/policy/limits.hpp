// What a CIB may ask of the scheduler. Documents that are valid by Pacemaker's grammar can keep it
// busy for minutes, and no call can be cancelled: so sizes are capped before the call.
//
// Thread: the scheduler's; the tree is only read. Errors: Errc::too_large; Errc::invalid_input for
// orders that go in a circle (their graph could never complete, and some of them abort).
#pragma once

#include <cpe/result.hpp>

#include <libxml/tree.h>

#include <cstddef>

namespace cpe::policy {

constexpr std::size_t max_nodes = 1'000;
/// Primitives, with every instance that a clone or a bundle makes of them.
constexpr std::size_t max_resources = 5'000;
/// Elements under `constraints`, resource references in sets included.
constexpr std::size_t max_constraints = 20'000;
/// Instances of one clone; also each of the options that multiply them.
constexpr long max_clone_instances = 1'000;
constexpr long max_bundle_replicas = 100;
/// Members of one group; the scheduler's time grows with the square.
constexpr std::size_t max_group_members = 200;
/// Longest chain of order constraints; the scheduler's time grows with the square.
constexpr std::size_t max_order_chain = 500;
/// Each number in a date rule: the scheduler counts through years one by one.
constexpr long max_date_number = 10'000;

/// Orders that go in a circle. The scheduler takes most of them, and its graph comes to rest
/// incomplete: fit to be shown to a person, not to be carried out.
enum class Circles { refused, allowed };

Result<void> check_limits(const xmlDoc& cib, Circles circles);

}  // namespace cpe::policy
