// What must never be, one rule a class; each says so through World::violated.
#pragma once

#include "test/sim/watcher.hpp"

#include <memory>
#include <vector>

namespace cpe::sim {

class World;

namespace rules {

/// A service is never active in more machines that live than it has instances, nor promoted in two.
std::unique_ptr<Watcher> one_place(World&);
/// An instance that was to be fenced is not started before that is confirmed or called off.
std::unique_ptr<Watcher> proof_before_start(World&);
/// `then` is started only when `first` runs, and stopped before it.
std::unique_ptr<Watcher> order(World&);
/// What guests are asked for is what was planned, after what it was planned after.
std::unique_ptr<Watcher> as_planned(World&);
/// An instance is destroyed only with its deployable, or where its document allows it.
std::unique_ptr<Watcher> disks_are_kept(World&);
/// No effect before its row is durable; no operation is carried out twice.
std::unique_ptr<Watcher> durable_first(World&);
/// Under the brake and in maintenance nothing is started, stopped or fenced; what was in
/// maintenance is looked for before anything is done to it.
std::unique_ptr<Watcher> hands_off(World&);
/// Nothing is done for a deployable that is gone.
std::unique_ptr<Watcher> nothing_after_delete(World&);
/// Ids without a gap, and the states that the log tells are those of what is now.
std::unique_ptr<Watcher> log_tells_all(World&);
/// Escalations are exactly those that the failures in the log ask for.
std::unique_ptr<Watcher> escalations(World&);
/// What is said to run was looked at lately, and what is said of that is true.
std::unique_ptr<Watcher> watched(World&);
/// Plans per minute are bounded.
std::unique_ptr<Watcher> pace(World&);
/// What happens to others does not touch a tenant that nothing happens to.
std::unique_ptr<Watcher> calm_tenant(World&);

}  // namespace rules

std::vector<std::unique_ptr<Watcher>> all_rules(World&);

}  // namespace cpe::sim
