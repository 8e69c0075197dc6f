#include "adapters/local/posix.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <sstream>

namespace cpe::local {

Error os_error(std::string what, std::string where, std::string hint) {
    const int number = errno;
    return {Errc::unavailable, "cannot " + std::move(what) + ": " + std::strerror(number),
            std::move(where), std::move(hint)};
}

std::optional<std::string> read_small(const std::filesystem::path& file, std::size_t limit) {
    const Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!fd) return std::nullopt;
    std::string text(limit + 1, '\0');
    std::size_t have = 0;
    while (have < text.size()) {
        const auto got = ::read(fd.get(), text.data() + have, text.size() - have);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return std::nullopt;
        if (got == 0) break;
        have += static_cast<std::size_t>(got);
    }
    if (have > limit) return std::nullopt;
    text.resize(have);
    return text;
}

bool write_all(int fd, const char* data, std::size_t size) {
    while (size > 0) {
        const auto put = ::write(fd, data, size);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return false;
        data += put;
        size -= static_cast<std::size_t>(put);
    }
    return true;
}

Result<> write_small(const std::filesystem::path& file, const std::string& text) {
    const auto draft = file.native() + ".new";
    const Fd fd(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd || !write_all(fd.get(), text.data(), text.size()))
        return os_error("write", draft, "is the disk full or read-only?");
    if (::rename(draft.c_str(), file.c_str()) != 0) return os_error("replace", file);
    return {};
}

Fd open_pidfd(pid_t pid) {
    return Fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

bool send_signal(int pidfd, int signal) {
    return ::syscall(SYS_pidfd_send_signal, pidfd, signal, nullptr, 0) == 0;
}

bool has_ended(int pidfd) {
    pollfd asked{pidfd, POLLIN, 0};
    return ::poll(&asked, 1, 0) > 0;
}

std::string reap(const Fd& pidfd) {
    siginfo_t info{};
    const auto id = static_cast<id_t>(pidfd.get());
    if (::waitid(P_PIDFD, id, &info, WEXITED | WNOHANG) != 0 || info.si_pid == 0) return "";
    if (info.si_code == CLD_EXITED) return "ended with exit code " + std::to_string(info.si_status);
    return "was killed by signal " + std::to_string(info.si_status);
}

namespace {

/// A line of /proc/locks: "1: FLOCK  ADVISORY  WRITE 4242 fe:00:1234 0 EOF".
pid_t holder_in_table(const struct stat& file) {
    std::istringstream lines(read_small("/proc/locks", 1U << 20U).value_or(""));
    const auto inode = ":" + std::to_string(file.st_ino);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string number, kind, mode, access, place;
        pid_t pid = 0;
        words >> number >> kind >> mode >> access >> pid >> place;
        if (kind == "FLOCK" && place.size() > inode.size() && place.ends_with(inode)) return pid;
    }
    return 0;
}

}  // namespace

Result<pid_t> lock_holder(const std::filesystem::path& file) {
    const Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!fd && (errno == ENOENT || errno == ENOTDIR)) return 0;
    if (!fd) return os_error("open", file);
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return 0;
    if (errno != EWOULDBLOCK) return os_error("lock", file);
    struct stat info {};
    if (::fstat(fd.get(), &info) != 0) return os_error("look at", file);
    const pid_t pid = holder_in_table(info);
    return pid > 1 ? pid : unnamed_holder;
}

}  // namespace cpe::local
