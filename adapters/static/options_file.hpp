// The options file of a fence agent: a secret, so whoever else could read or change it is an error.
//
// Thread: any; reads one small file. Errors: Errc::not_allowed (others may read or write it),
// Errc::unavailable (cannot be read), those of parse_options. None quotes the file.
#pragma once

#include "adapters/static/fence_options.hpp"

#include <filesystem>

namespace cpe::static_hosts {

Result<FenceOptions> read_options(const std::filesystem::path& file);

}  // namespace cpe::static_hosts
