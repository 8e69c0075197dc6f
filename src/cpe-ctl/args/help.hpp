// --help at every level, and the completion of shells.
//
// Thread: any; pure.
#pragma once

#include "src/cpe-ctl/args/spec.hpp"

#include <string>
#include <vector>

namespace cpe::ctl {

/// `topic`: the words of a command or of a group; empty = everything.
std::string help_text(const std::vector<std::string_view>& topic);

/// The program that conf/completion/cpe-ctl holds, for bash.
std::string bash_completion();

}  // namespace cpe::ctl
