// Runs a script against the agent's core under virtual time and writes down what came of it.
//
// A script is lines of commands; under each stands, indented by two blanks, what the core wants
// done. Lines that begin with # are comments.
//
//   limits queue=1 parallel=2        first line only; names of guest::Limits
//   connect | disconnect
//   welcome heartbeat=2000 ack=0
//   perform ID OPERATION RESOURCE interval=0 timeout=20000 digest=D
//   exit RUN rc=0 reason=TEXT
//   cancel RESOURCE interval=10000
//   ack SEQUENCE
//   time +MS                         to that moment, with every deadline on the way
//   table                            writes the table of monitors
#pragma once

#include <string>

/// The script with its outputs, made anew from its commands alone.
[[nodiscard]] std::string run_core_script(const std::string& script);
