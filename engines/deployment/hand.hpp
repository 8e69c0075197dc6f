// The operator's hand on one assembly or service (design.md §9: assembly confirm-down, assembly
// restart, service retry).
//
// Thread: its deployable's strand. A wish that is granted stands in the event log with who had it;
// one that is refused changes nothing, and its error says what would be right.
#pragma once

#include "engines/deployment/journal.hpp"
#include "engines/deployment/world.hpp"

namespace cpe::deployment {

/// A wish of an assembly or a service.
Result<> lend_hand(World&, const event::Operator&);
/// Who wished what, as an event.
void tell_wish(World&, const event::Operator&, Journal::About);

}  // namespace cpe::deployment
