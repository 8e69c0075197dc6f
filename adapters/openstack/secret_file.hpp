// Files that may hold secrets: whoever else could read or change one is an error.
//
// Thread: any; reads one small file. Errors: Errc::unavailable (cannot be read), Errc::not_allowed
// (others may use it), Errc::too_large. None quotes the file.
#pragma once

#include <cpe/result.hpp>

#include <filesystem>
#include <string>

namespace cpe::openstack {

struct FileText {
    std::string text;          ///< to be wiped
    Result<> is_private = {};  ///< whether nobody but its owner (we, or root) may use it
};

[[nodiscard]] Result<FileText> read_file(const std::filesystem::path& path, std::size_t limit);

/// Private, and without its last line's end.
[[nodiscard]] Result<std::string> read_secret(const std::filesystem::path& path);
constexpr std::size_t max_secret_file = 4U << 10U;

}  // namespace cpe::openstack
