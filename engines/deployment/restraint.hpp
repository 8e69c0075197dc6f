// What recovery must leave alone now: under the brake the whole deployable, in maintenance all of
// it or one assembly (design.md §6.3, docs/recovery.md).
//
// Thread: its deployable's strand. What is restrained is watched: guests are heard, services are
// probed and monitored, what is in flight is awaited. Nothing is begun: no fence, start, stop or
// destroy. A person's stop and delete are not recovery: they end all restraint for as long as the
// deployable is not wanted.
#pragma once

#include "engines/deployment/world.hpp"

#include <string>
#include <vector>

namespace cpe::deployment {

/// Wanted, and it or all of its deployable is in maintenance.
[[nodiscard]] bool in_maintenance(const World&, const AssemblyUnit&);
/// Nothing may be begun in or for this assembly.
[[nodiscard]] bool is_restrained(const World&, const AssemblyUnit&);
/// Nothing may be begun anywhere.
[[nodiscard]] bool is_restrained(const World&);
/// Out of reach, and nobody may touch it: for the plan it is as it was.
[[nodiscard]] bool is_left_alone(const World&, const AssemblyUnit&);
/// Why: "the brake is on", "it is in maintenance".
[[nodiscard]] std::string words_of_restraint(const World&, const AssemblyUnit&);

/// The plan for what runs in a guest that speaks goes on only when another one is proven dead, and
/// nothing watches it until then: an instance of a clone that is to be promoted, for one.
[[nodiscard]] bool is_unwatched_behind_a_fence(const World&);
/// The next plan is to look only: everything is restrained, an assembly in maintenance is not known
/// well enough to plan around it, or a glance is due.
[[nodiscard]] bool must_only_look(const World&);
/// It is pinned to an assembly in maintenance, or what must run before it is in maintenance: as
/// long as that does not run it is not started; if it runs it goes on.
[[nodiscard]] bool waits_for_maintenance(const World&, const ServiceUnit&);
/// A safety net over the scheduler's plan.
[[nodiscard]] bool may_begin(const World&, const GraphAction&);

/// Before it is lost: a member seems to have failed, and it was not us. The brake counts it.
void suspect(World&, const AssemblyUnit&);
/// What runs, or did until it failed: neither what boots nor what is in maintenance.
[[nodiscard]] std::vector<Population> census(const World&);
/// Nothing restrains it any more: its life goes on where it waited.
void go_on(World&, AssemblyUnit&, const std::string& why);
/// After a restart of cped: whether it runs is for its guest to say, and nobody boots it.
void listen_for(World&, AssemblyUnit&);

}  // namespace cpe::deployment
