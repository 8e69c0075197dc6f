// One entry of a resource's operation history, as Pacemaker's controller writes it for an operation
// that went as expected.
//
// Thread: the tree's.
#pragma once

#include <cpe/time.hpp>
#include <cpe/transition_graph.hpp>

#include <libxml/tree.h>

#include <string>

namespace cpe::translate {

/// A meta attribute of the action, as CRM_meta_timeout; empty where it has none.
std::string meta(const GraphAction& action, const char* name);
/// Whether an operation of that name leaves an entry at all.
bool leaves_history(const GraphAction& action);
/// Writes it into the `lrm_resource`, in the place of an older one of the same kind.
void write_history(xmlNode& lrm_resource, const GraphAction& action, WallTime now);
/// Takes away what the entry of a recurring operation was, when that is cancelled.
void cancel_history(xmlNode& lrm_resource, const GraphAction& action);

}  // namespace cpe::translate
