// Our own helper programs, found beside the one that runs (build tree) or where installation puts
// them.
//
// Thread: any; looks at the file system. Errors: Errc::unavailable names what is missing and where
// it was looked for.
#pragma once

#include <cpe/result.hpp>

#include <filesystem>
#include <string>

namespace cpe::policy_runner {

/// `name`: cpe-policy-helper, ...
Result<std::filesystem::path> find_program(const std::string& name);

}  // namespace cpe::policy_runner
