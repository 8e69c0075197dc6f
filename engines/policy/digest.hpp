// The digest of an operation's parameters, as Pacemaker's executor writes it into the history: with
// another one, an active resource is restarted.
//
// Thread: the scheduler's.
#pragma once

#include <libxml/tree.h>

#include <string>

namespace cpe::policy {

/// From the `attributes` element of a graph's action.
std::string operation_digest(const xmlNode& attributes);

}  // namespace cpe::policy
