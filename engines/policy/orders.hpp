// Order constraints as a graph of what begins and ends before what.
//
// Thread: the scheduler's; the tree is only read. Errors: as limits.hpp says.
#pragma once

#include "engines/policy/limits.hpp"

#include <cpe/result.hpp>

#include <libxml/tree.h>

namespace cpe::policy {

/// `configuration` is the CIB's element of that name.
Result<void> check_orders(const xmlNode& configuration, Circles circles);

}  // namespace cpe::policy
