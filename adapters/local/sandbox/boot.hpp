// Setting up one sandbox: the outer process on the host, and the init that it leaves behind.
//
// Outer: folders; clones init into new namespaces as a child of cped (so that cped is told how it
// ended); gives it its interface; tells cped when it is ready; writes the record once cped has had
// it kept; ends.
// Init: takes the lock of its folder (held as long as it lives), mounts, waits for its interface,
// then for cped's "keep", and becomes init.hpp's Init.
// Whoever dies before "keep": the streams end, and what was begun ends by itself.
//
// Thread: one each. Blocking; cped's deadline kills the outer, which ends the inner's stream.
#pragma once

#include "adapters/local/sandbox/boot_plan.hpp"
#include "adapters/local/sandbox/control.hpp"

namespace cpe::local {

/// The exit code of the outer process. Errors have been told by then.
[[nodiscard]] int boot(const BootPlan& plan, Control control);

/// Init's part, after the clone: never returns. `outer`: the stream to the outer process.
[[noreturn]] void live(const BootPlan& plan, Control control, Fd outer);

}  // namespace cpe::local
