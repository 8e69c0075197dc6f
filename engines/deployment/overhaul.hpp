// The whole deployable taken down in order and brought up again, here or at another provider: the
// rungs `deployable` and `relocate` (design.md §8).
//
// Thread: its deployable's strand. It begins only when nothing waits for the proof that it is dead:
// what cannot be proven dead cannot be started again, and what runs goes on meanwhile. A wish to
// stop or delete ends it.
#pragma once

#include "engines/deployment/world.hpp"

#include <optional>
#include <string>

namespace cpe::deployment {

void plan_overhaul(World&, Overhaul);
/// A planned one begins, if it may now. True when it did.
bool begin_overhaul(World&);
/// Everything is proven down: what is left behind is dealt with, then all comes up. It takes
/// several calls while something is being destroyed.
void end_overhaul(World&);
/// Everything is to be left alone: what has begun is planned again, and nothing more goes down.
void suspend_overhaul(World&);
/// An operator wishes otherwise.
void forget_overhaul(World&);

/// Is it on its way to another provider?
[[nodiscard]] bool is_moving(const World&, const AssemblyUnit&);
/// Where its assemblies are; empty: the configuration's default.
[[nodiscard]] std::string provider_in_force(const World&);
[[nodiscard]] std::string provider_of(const World&, const AssemblyUnit&);
/// The next of `providers` that has not been tried since all ran well.
[[nodiscard]] std::optional<std::string> another_provider(const World&);

}  // namespace cpe::deployment
