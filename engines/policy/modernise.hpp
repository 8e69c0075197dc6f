// Any CIB made fit for the scheduler, as crm_simulate does it: older schemas are upgraded, then
// Pacemaker's grammar is checked.
//
// Thread: the scheduler's. It loads every grammar of Pacemaker's (100 MB that the library keeps):
// for helper processes only.
#pragma once

#include "engines/policy/document.hpp"

#include <cpe/result.hpp>

namespace cpe::policy {

/// A CIB without `status` gets an empty one. A schema before 3.0 is upgraded to the newest. With
/// `validate-with="none"` nothing is checked; without any `validate-with` the first grammar that
/// allows it is taken, and 'none' where there is no such. Errc::invalid_input says neither why nor
/// where: the library's log does. Errc::internal: an assertion of the library.
Result<void> modernise(Document& cib);

}  // namespace cpe::policy
