// What the result of an operation means for its service: state, history, failure or recovery.
//
// Thread: its deployable's strand.
#pragma once

#include "engines/deployment/world.hpp"

namespace cpe::deployment {

[[nodiscard]] bool is_probe(const Operation&);
/// Does this result of a monitor say that it runs, promoted or not?
[[nodiscard]] bool is_running(int rc);
/// It is about to be asked for: starting, stopping.
void announce(World&, Placement&, Operation&);
/// Its end: history, the service's state, the transition's action.
void absorb(World&, const Operation&, const OperationResult&);
/// A recurring monitor that the guest runs by itself has another result than before.
void absorb(World&, Placement&, const Watch&, const OperationResult&);

}  // namespace cpe::deployment
