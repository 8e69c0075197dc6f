// Pacemaker's transition graph, from its XML tree into types.
//
// Thread: the scheduler's; the tree is only read. Errors: Errc::internal where the tree is not what
// Pacemaker 2.1 writes; Errc::invalid_input for a graph that can never complete.
#pragma once

#include <cpe/result.hpp>
#include <cpe/transition_graph.hpp>

#include <libxml/tree.h>

namespace cpe::policy {

Result<TransitionGraph> read_graph(const xmlNode& graph);

/// Contradicting orders give a graph whose actions wait for each other for ever, without any flag:
/// Errc::invalid_input, naming one action of the circle.
Result<void> check_completable(const TransitionGraph& graph);

}  // namespace cpe::policy
