// When the scheduler is asked: by change only, coalesced, bounded (design.md §4).
//
// Thread: its deployable's strand.
#pragma once

#include "engines/deployment/world.hpp"

#include <string>

namespace cpe::deployment {

/// So many errors in a row: a stop that the scheduler cannot plan becomes a plain stop of
/// instances.
constexpr int errors_until_plain_stop = 5;

/// Something changed that the scheduler must see, once what runs has ended.
void want_tick(World&, std::string cause);
/// Something changed that makes what runs wrong: the running transition begins nothing new, an
/// answer that is under way is not carried out; then one next tick.
void interrupt(World&, std::string cause);
/// Asks, if asking is wanted and may be done now. True when it did.
bool start_tick(World&);
/// The scheduler's answer.
void on_tick_done(World&, event::TickDone);
/// Nothing will be asked any more until something changes.
void forget_ticks(World&);

}  // namespace cpe::deployment
