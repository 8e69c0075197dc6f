// The commands of cpe-ctl, each in its own file.
//
// Thread: the main thread. Each prints its result and its errors, and says how the program ends.
#pragma once

#include "src/cpe-ctl/args/parse.hpp"
#include "src/cpe-ctl/exit_code.hpp"
#include "src/cpe-ctl/io.hpp"

namespace cpe::ctl {

Exit run_create(const Invocation&, Io&);
Exit run_start(const Invocation&, Io&);
Exit run_stop(const Invocation&, Io&);
Exit run_delete(const Invocation&, Io&);
Exit run_list(const Invocation&, Io&);
Exit run_show(const Invocation&, Io&);
Exit run_status(const Invocation&, Io&);
Exit run_events(const Invocation&, Io&);
Exit run_sql(const Invocation&, Io&);
Exit run_validate(const Invocation&, Io&);
Exit run_reload(const Invocation&, Io&);
Exit run_release(const Invocation&, Io&);
Exit run_confirm_down(const Invocation&, Io&);
Exit run_restart(const Invocation&, Io&);
Exit run_trust(const Invocation&, Io&);
Exit run_retry(const Invocation&, Io&);
Exit run_maintenance(const Invocation&, Io&, bool on);
Exit run_fault(const Invocation&, Io&);
Exit run_simulate(const Invocation&, Io&);

}  // namespace cpe::ctl
