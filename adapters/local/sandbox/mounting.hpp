// mount(2) and what goes with it, with errors that say what and where.
//
// Thread: one. Blocking. Paths are resolved in the caller's root.
#pragma once

#include "adapters/local/posix.hpp"

#include <string>

namespace cpe::local {

struct FileSystem {
    std::string type;
    unsigned long flags = 0;
    std::string options;
};

[[nodiscard]] Result<> mount_at(const std::string& target, const FileSystem& what);
/// Makes the folder where it does not exist.
[[nodiscard]] Result<> mount_on_folder(const std::string& target, const FileSystem& what);
/// Shows what is open as `source` at `target`; `flags`: MS_RDONLY, MS_NOSUID, ...
[[nodiscard]] Result<> bind_at(const Fd& source, const std::string& target,
                               unsigned long flags = 0);
/// Makes a folder or file of the sandbox read-only, if it exists.
[[nodiscard]] Result<> freeze(const std::string& path);
/// A folder (to be hidden by an empty one) or a file (by /dev/null); what does not exist is fine.
[[nodiscard]] Result<> hide(const std::string& path);

[[nodiscard]] Result<> make_directory(const std::string& path, unsigned mode);
[[nodiscard]] Result<> make_file(const std::string& path, const std::string& text, unsigned mode);
[[nodiscard]] Result<Fd> open_path(const std::string& path);

}  // namespace cpe::local
