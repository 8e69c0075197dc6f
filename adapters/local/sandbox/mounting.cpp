#include "adapters/local/sandbox/mounting.hpp"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <cerrno>

namespace cpe::local {
namespace {

std::string by_number(const Fd& fd) {
    return "/proc/self/fd/" + std::to_string(fd.get());
}

}  // namespace

Result<> mount_at(const std::string& target, const FileSystem& what) {
    if (::mount(what.type.c_str(), target.c_str(), what.type.c_str(), what.flags,
                what.options.c_str()) == 0)
        return {};
    return os_error("mount " + what.type, target);
}

Result<> mount_on_folder(const std::string& target, const FileSystem& what) {
    if (auto made = make_directory(target, 0755); !made) return made;
    return mount_at(target, what);
}

Result<> bind_at(const Fd& source, const std::string& target, unsigned long flags) {
    if (::mount(by_number(source).c_str(), target.c_str(), nullptr, MS_BIND, nullptr) != 0)
        return os_error("bind", target);
    if (flags == 0) return {};
    if (::mount(nullptr, target.c_str(), nullptr, MS_BIND | MS_REMOUNT | flags, nullptr) == 0)
        return {};
    return os_error("make read-only", target);
}

Result<> freeze(const std::string& path) {
    const auto itself = open_path(path);
    if (!itself) return {};
    return bind_at(*itself, path, MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC);
}

Result<> hide(const std::string& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return {};
    if (S_ISDIR(info.st_mode))
        return mount_at(path, {"tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC,
                               "size=4k,nr_inodes=2,mode=0000"});
    const auto nothing = open_path("/dev/null");
    if (!nothing) return nothing.error();
    return bind_at(*nothing, path);
}

Result<> make_directory(const std::string& path, unsigned mode) {
    if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) return os_error("make", path);
    return {};
}

Result<> make_file(const std::string& path, const std::string& text, unsigned mode) {
    const Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (fd && write_all(fd.get(), text.data(), text.size())) return {};
    return os_error("write", path);
}

Result<Fd> open_path(const std::string& path) {
    Fd fd(::open(path.c_str(), O_PATH | O_CLOEXEC));
    if (fd) return fd;
    return os_error("open", path);
}

}  // namespace cpe::local
