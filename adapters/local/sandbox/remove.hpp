// Deleting a sandbox's files, and never anything else.
//
// Thread: one. Blocking. Nothing below the folder is reached through a symbolic link or a mount
// point: a mount found there is an error, told by name, and the rest stays.
#pragma once

#include "adapters/local/home.hpp"

#include <cpe/result.hpp>

#include <filesystem>
#include <string>

namespace cpe::local {

/// Deletes a sandbox, and its agent's folder with the last provider that has something of it: an
/// assembly that has moved may still have its disk at the one before, and speaks through that
/// folder all the same.
[[nodiscard]] Result<> remove_sandbox(const Home& home, const std::string& slug);

/// Deletes parent/name with all that is in it. `name` is one component; nothing there is fine.
[[nodiscard]] Result<> remove_tree(const std::filesystem::path& parent, const std::string& name);

}  // namespace cpe::local
