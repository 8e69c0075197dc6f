// Who we are among all that use a project: an id that one state directory has for good, so that two
// cped's in one project never take each other's servers for their own.
//
// Thread: any; reads, or once writes, one small file. Errors: Errc::unavailable,
// Errc::invalid_input where the file holds something else.
#pragma once

#include <cpe/result.hpp>

#include <filesystem>
#include <functional>
#include <string>

namespace cpe::openstack {

/// `make`: a new id, of up to 40 letters, digits and hyphens; asked for where there is no file yet.
[[nodiscard]] Result<std::string> owner_of(const std::filesystem::path& file,
                                           const std::function<std::string()>& make);

}  // namespace cpe::openstack
