#include "src/store/state_lock.hpp"

#include "src/store/state_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>

namespace cpe::store {
namespace {

/// The pid that the holder has written; empty when it has not yet.
std::string holder_in(int fd) {
    std::array<char, 32> text{};
    const auto got = ::pread(fd, text.data(), text.size(), 0);
    std::string pid(text.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    return pid.substr(0, pid.find('\n'));
}

}  // namespace

// The file is never removed: a second process could hold a lock on a file that has no name.
Result<StateLock> StateLock::take(const std::filesystem::path& path) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0) return failed("cannot open the lock", path);
    StateLock lock(fd);
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return failed("cannot lock", path);
        const auto pid = holder_in(fd);
        return Error{Errc::refused,
                     "another cped" + (pid.empty() ? "" : " (pid " + pid + ")") +
                         " uses this state directory",
                     path.string(), "stop it, or choose another --state-dir"};
    }
    const std::string pid = std::to_string(::getpid()) + '\n';
    if (::ftruncate(fd, 0) != 0 || ::pwrite(fd, pid.data(), pid.size(), 0) < 0)
        return failed("cannot write the lock", path);
    return lock;
}

StateLock::~StateLock() {
    if (fd_ >= 0) ::close(fd_);
}

}  // namespace cpe::store
