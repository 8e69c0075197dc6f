// The host keys of guests over ssh: pinned on first contact, refused when they change, accepted by
// a person (`cpe-ctl assembly trust`).
//
// Thread: its deployable's strand.
#pragma once

#include "engines/deployment/world.hpp"

namespace cpe::deployment {

/// Its guest was trusted on first use: that key is pinned.
void pin_first(World&, AssemblyUnit&, const GuestHello&);
/// Its machine was created with this key.
void pin_delivered(World&, AssemblyUnit&, const std::string& host_key);
/// A person accepts the key that was refused last.
Result<> trust(World&, AssemblyUnit&, const event::Operator&);
/// Its machine is gone, and its host key with it.
void forget_host_key(World&, AssemblyUnit&);

}  // namespace cpe::deployment
