#include "adapters/local/sandbox/remove.hpp"

#include "adapters/local/posix.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <vector>

namespace cpe::local {
namespace {

/// A folder that is being emptied. A list of them and no recursion: guests choose the depth.
struct Level {
    Fd folder;
    std::string name;               ///< in the level above
    std::vector<std::string> rest;  ///< entries still to go
};

/// Each level holds a descriptor. What is deeper is first moved up.
constexpr std::size_t max_depth = 200;

/// Fails with EXDEV at a mount point and with ELOOP at a symbolic link.
Fd open_folder(int parent, const std::string& name) {
    open_how how{};
    how.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV;
    return Fd(static_cast<int>(::syscall(SYS_openat2, parent, name.c_str(), &how, sizeof how)));
}

std::vector<std::string> entries_of(int folder) {
    std::vector<std::string> names;
    const int copy = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (copy < 0) return names;
    const std::unique_ptr<DIR, int (*)(DIR*)> open(::fdopendir(copy), ::closedir);
    if (!open) return names;
    while (const auto* entry = ::readdir(open.get())) {
        const std::string name = entry->d_name;
        if (name != "." && name != "..") names.push_back(name);
    }
    return names;
}

Level level_of(Fd folder, const std::string& name) {
    auto entries = entries_of(folder.get());
    return {std::move(folder), name, std::move(entries)};
}

std::string path_of(const std::vector<Level>& levels, const std::string& name) {
    std::string path;
    for (const auto& level : levels) path += level.name + "/";
    return path + name;
}

/// Has any provider of this state directory a sandbox of that name?
bool is_anywhere(const std::filesystem::path& state_dir, const std::string& slug) {
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator(state_dir, failed)) {
        const auto name = entry.path().filename().native();
        const bool home = name == "local" || name.starts_with("local-");
        if (home && std::filesystem::exists(entry.path() / slug, failed)) return true;
    }
    return false;
}

Error failure(const std::vector<Level>& levels, const std::string& name) {
    const auto path = path_of(levels, name);
    if (errno == EXDEV)
        return {Errc::refused, "something is mounted in a sandbox's folder", path,
                "unmount it, then delete again"};
    return os_error("delete", path,
                    errno == EPERM ? "has it the attribute immutable? (lsattr)" : "");
}

/// Moves a folder that is too deep to where it can be reached.
bool move_up(const Level& from, const std::string& name, const Level& top) {
    for (int number = 0; number < 10'000; ++number) {
        const auto place = "cpe-moved-up-" + std::to_string(number);
        if (::renameat2(from.folder.get(), name.c_str(), top.folder.get(), place.c_str(),
                        RENAME_NOREPLACE) == 0)
            return true;
        if (errno != EEXIST) return false;
    }
    return false;
}

/// Unlinks what is no folder, and opens the first folder found: true. False: the level is empty.
Result<bool> descend(std::vector<Level>& levels) {
    auto& level = levels.back();
    for (; !level.rest.empty(); level.rest.pop_back()) {
        const auto name = level.rest.back();
        const int folder = level.folder.get();
        if (::unlinkat(folder, name.c_str(), 0) == 0 || errno == ENOENT) continue;
        if (errno != EISDIR) return failure(levels, name);
        Fd deeper = open_folder(folder, name);
        if (!deeper) return failure(levels, name);
        if (levels.size() < max_depth) {
            level.rest.pop_back();
            levels.push_back(level_of(std::move(deeper), name));
            return true;
        }
        if (!move_up(level, name, levels.front())) return failure(levels, name);
        levels.front().rest = entries_of(levels.front().folder.get());
    }
    return false;
}

}  // namespace

Result<> remove_tree(const std::filesystem::path& parent, const std::string& name) {
    if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos)
        return Error{Errc::internal, "not the name of a sandbox's folder", name, ""};
    const Fd top(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    if (!top && errno == ENOENT) return {};
    if (!top) return os_error("open", parent);
    std::vector<Level> levels;
    Fd first = open_folder(top.get(), name);
    if (!first && errno == ENOENT) return {};
    if (!first) return failure(levels, (parent / name).native());
    levels.push_back(level_of(std::move(first), name));
    while (!levels.empty()) {
        const auto deeper = descend(levels);
        if (!deeper) return deeper.error();
        if (*deeper) continue;
        const auto empty = levels.back().name;
        levels.pop_back();
        const int above = levels.empty() ? top.get() : levels.back().folder.get();
        if (::unlinkat(above, empty.c_str(), AT_REMOVEDIR) != 0) return failure(levels, empty);
    }
    return {};
}

Result<> remove_sandbox(const Home& home, const std::string& slug) {
    if (auto gone = remove_tree(home.folder(), slug); !gone) return gone;
    if (is_anywhere(home.state_dir, slug)) return {};
    return remove_tree(home.state_dir / "agents", slug);
}

}  // namespace cpe::local
