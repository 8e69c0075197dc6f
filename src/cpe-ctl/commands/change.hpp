// A request that changes a deployable, and the wait for its outcome.
//
// Thread: the main thread.
#pragma once

#include "src/cpe-ctl/args/parse.hpp"
#include "src/cpe-ctl/exit_code.hpp"
#include "src/cpe-ctl/io.hpp"
#include "src/cpe-ctl/net/management.hpp"
#include "src/cpe-ctl/wait/outcome.hpp"

#include <functional>
#include <string>

namespace cpe::ctl {

struct Change {
    Aim aim;
    std::function<Result<>(Management&)> request;
    std::string taken;  ///< what --no-wait says: "is asked to start"
};

/// The deployable is the command's first argument.
Exit run_change(const Change&, const Invocation&, Io&);

}  // namespace cpe::ctl
