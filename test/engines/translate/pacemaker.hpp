// The real Pacemaker, asked from tests: its grammar (in-process) and its scheduler (crm_simulate).
#pragma once

#include <string>
#include <vector>

namespace cpe::test {

/// Empty, or what pacemaker-3.9.rng has against it.
std::string pacemaker_grammar_error(const std::string& cib);

/// What `crm_simulate -S` would do, line by line, in order: "Resource action: rsc_a_b start on a",
/// "Fencing a (reboot)", ... `now`: as date(1) reads it, or empty for the clock.
std::vector<std::string> plan(const std::string& cib, const std::string& now = "");

/// Whether /usr/sbin/crm_simulate (pacemaker-cli-utils) is there; tests fail without it.
bool has_simulator();

}  // namespace cpe::test
