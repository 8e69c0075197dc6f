// What the result of an operation means for its service: state, history, failure or recovery.
//
// Thread: its deployable's strand.
#pragma once

#include "engines/deployment/world.hpp"

namespace cpe::deployment {

[[nodiscard]] bool is_probe(const Operation&);
/// It is about to be asked for: starting, stopping.
void announce(World&, ServiceUnit&, const Operation&);
/// Its end: history, the service's state, the transition's action.
void absorb(World&, const Operation&, const OperationResult&);
/// A recurring monitor that the guest runs by itself has another result than before.
void absorb(World&, ServiceUnit&, const Watch&, const OperationResult&);

}  // namespace cpe::deployment
