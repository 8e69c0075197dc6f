// The program but for its streams: words in, exit code out.
//
// Thread: the main thread.
#pragma once

#include "src/cpe-ctl/exit_code.hpp"
#include "src/cpe-ctl/io.hpp"

#include <string>
#include <vector>

namespace cpe::ctl {

/// `words`: the command line without the program's name.
Exit run(const std::vector<std::string>& words, Io&);

}  // namespace cpe::ctl
