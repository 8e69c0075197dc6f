// A service failed: count it, hold it, or take it a rung up (design.md §5, §8).
//
// Thread: its deployable's strand. The caller wants the tick.
#pragma once

#include "engines/deployment/world.hpp"

#include <string>

namespace cpe::deployment {

/// The first result of a monitor since its start tells whether it started at all.
enum class First { no, yes };

void start_failed(World&, Placement&, const OperationResult&, const std::string& what);
void monitor_failed(World&, Placement&, const std::string& what, First);
/// Nothing below the assembly can help: it is restarted.
void stop_failed(World&, Placement&, const std::string& what);
/// Its pause before the next start is over.
void end_hold(ServiceUnit&);
/// An operator's hand, or a new document: hard failures and pauses are over. True when there were.
bool clear_hard_failures(World&);
/// The same for one service.
bool clear_failures(World&, ServiceUnit&);

}  // namespace cpe::deployment
