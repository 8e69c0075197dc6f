// Where a command's output goes, and what it may know of its surroundings.
//
// Thread: the main thread.
#pragma once

#include "src/cpe-ctl/text/times.hpp"

#include <functional>
#include <iosfwd>

namespace cpe::ctl {

struct Io {
    std::istream& in;
    std::ostream& out;
    std::ostream& err;
    bool out_colour = false;  ///< standard output is a terminal, and NO_COLOR is not set
    bool err_live = false;    ///< standard error is a terminal: progress is redrawn in place
    bool err_colour = false;
    std::function<Moment()> moment;
    /// Whether nobody reads standard output any more.
    std::function<bool()> reader_gone;
};

/// One line on standard error: "cpe-ctl: WHERE: WHAT (HINT)".
void say_error(Io&, const Error&);

}  // namespace cpe::ctl
