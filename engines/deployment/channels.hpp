// The channel to a guest: opened with where the guest is found, as far as that is known.
//
// Thread: its deployable's strand.
#pragma once

#include "engines/deployment/world.hpp"

namespace cpe::deployment {

/// Nothing where it is open already, and knows who is not to be let in.
void open_channel(World&, AssemblyUnit&);
void close_channel(World&, AssemblyUnit&);
/// What is known of where its guest is found has changed: an open channel is told.
void move_channel(World&, const AssemblyUnit&);

}  // namespace cpe::deployment
