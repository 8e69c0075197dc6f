// Two machines that speak in one assembly's name: a provider said of the old one that it is down,
// and it was not so. Whose life was proven to have ended is not let in again, and is told of.
//
// Thread: its deployable's strand.
#pragma once

#include "engines/deployment/world.hpp"

namespace cpe::deployment {

/// So many ended lives of an assembly are known by their boot ids; older ones are forgotten.
constexpr std::size_t most_dead_boots = 4;
/// So many machines that were not let in are told of, once each.
constexpr std::size_t most_strangers = 8;

/// This life has ended, for good: whoever speaks with its boot id is not let in. The channel is
/// told when it is opened the next time, or again.
void bury(AssemblyUnit&);
[[nodiscard]] bool is_buried(const AssemblyUnit&, const std::string& boot_id);
/// A channel let one speak whose life has ended: perhaps late news, and not if it goes on.
void heard_of_the_dead(World&, AssemblyUnit&);
/// The channel did not let it in.
void on_guest_stranger(World&, const event::GuestStranger&);

}  // namespace cpe::deployment
