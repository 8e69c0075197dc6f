// What no single key can know: how keys agree with each other, and where relative paths lead.
//
// Thread: any; pure but for the working directory, which a relative directory is taken from.
#pragma once

#include "src/config/reader.hpp"

#include <filesystem>

namespace cpe::config {

Result<> check(const Configuration&, const Reader&);

/// Makes every path absolute.
Result<> resolve_paths(Configuration&, const std::filesystem::path& directory);

}  // namespace cpe::config
