#include "src/store/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>

namespace cpe::store {
namespace {

class Fd {
public:
    explicit Fd(int fd = -1) : fd_(fd) {}
    Fd(const Fd&) = delete;
    Fd& operator=(const Fd&) = delete;
    ~Fd() { close(); }
    void close() {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
    }
    void set(int fd) {
        close();
        fd_ = fd;
    }
    [[nodiscard]] int get() const { return fd_; }

private:
    int fd_;
};

/// Kills and reaps at the end of its scope: no child outlives its call.
class Process {
public:
    explicit Process(pid_t pid) : pid_(pid) {}
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    ~Process() {
        if (pid_ > 0) ::kill(pid_, SIGKILL);
        reap();
    }
    /// Its wait status; waits for its end, so only for one that has closed its output.
    int reap() {
        int status = 0;
        while (pid_ > 0 && ::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        pid_ = -1;
        return status;
    }

private:
    pid_t pid_;
};

Error cannot(const char* what, int code, const std::filesystem::path& program) {
    return {Errc::unavailable, std::string(what) + ": " + std::strerror(code), program.string(),
            "is it installed?"};
}

/// stdin and stdout of the child are one socket of a pair; stderr is ours.
Result<pid_t> spawn(const std::filesystem::path& program, int child_end) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&actions, child_end, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, child_end, STDOUT_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    // Signals as they are by default, whatever this thread blocks and ignores.
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    std::string name = program.filename().string();
    char* const arguments[] = {name.data(), nullptr};
    char* const environment[] = {nullptr};
    pid_t pid = -1;
    const int rc =
        ::posix_spawn(&pid, program.c_str(), &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (rc != 0) return cannot("cannot start the SQL helper", rc, program);
    return pid;
}

/// Gives the input and collects the output, whichever is possible, until the child closes its end.
class Talk {
public:
    Talk(int fd, const std::string& input, const ChildLimits& limits, const StopSignal& stop)
        : fd_(fd), rest_(input), limits_(limits), stop_(stop) {}

    Result<std::string> run() {
        while (!ended_) {
            if (auto done = wait(); !done) return done.error();
            if (auto done = write_some(); !done) return done.error();
            if (auto done = read_some(); !done) return done.error();
        }
        return std::move(output_);
    }

private:
    Result<> wait() {
        using namespace std::chrono;
        const auto left = ceil<milliseconds>(limits_.deadline - steady_clock::now()).count();
        if (left <= 0) return Error{Errc::timed_out, "the SQL helper took too long", "", ""};
        const short wanted = rest_.empty() ? POLLIN : POLLIN | POLLOUT;
        std::array<pollfd, 2> fds{pollfd{fd_, wanted, 0}, pollfd{stop_.fd(), POLLIN, 0}};
        constexpr std::int64_t most = 60'000;
        const int rc = ::poll(fds.data(), fds.size(), static_cast<int>(std::min(left, most)));
        if (rc < 0 && errno != EINTR)
            return Error{Errc::internal, std::strerror(errno), "SQL helper", ""};
        if (fds[1].revents != 0)
            return Error{Errc::unavailable, "the store is shutting down", "", ""};
        return {};
    }

    Result<> write_some() {
        if (rest_.empty()) return {};
        const auto put = ::send(fd_, rest_.data(), rest_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (put >= 0)
            rest_.remove_prefix(static_cast<std::size_t>(put));
        else if (errno != EAGAIN && errno != EINTR)
            rest_ = {};  // it does not read on: its answer or its death says why
        if (rest_.empty()) ::shutdown(fd_, SHUT_WR);
        return {};
    }

    Result<> read_some() {
        const auto got = ::recv(fd_, piece_.data(), piece_.size(), MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) return {};
        ended_ = got <= 0;  // a reset ends it too: its exit status says more
        if (got > 0) output_.append(piece_.data(), static_cast<std::size_t>(got));
        if (output_.size() > limits_.output)
            return Error{Errc::too_large, "the SQL helper answers too much", "", ""};
        return {};
    }

    int fd_;
    std::string_view rest_;
    const ChildLimits& limits_;
    const StopSignal& stop_;
    std::string output_;
    std::array<char, 65'536> piece_{};
    bool ended_ = false;
};

}  // namespace

StopSignal::StopSignal() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (fd_ < 0) throw std::runtime_error(std::string("eventfd: ") + std::strerror(errno));
}

StopSignal::~StopSignal() {
    ::close(fd_);
}

void StopSignal::raise() {
    (void)::eventfd_write(fd_, 1);
}

Result<std::string> run_child(const std::filesystem::path& program, const std::string& input,
                              const ChildLimits& limits, const StopSignal& stop) {
    std::array<int, 2> ends{-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        return cannot("cannot talk to the SQL helper", errno, program);
    const Fd ours(ends[0]);
    Fd theirs(ends[1]);
    const auto pid = spawn(program, theirs.get());
    theirs.close();
    if (!pid) return pid.error();
    Process process(*pid);
    auto output = Talk(ours.get(), input, limits, stop).run();
    if (!output) return output;
    const int status = process.reap();
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        return Error{Errc::timed_out, "the SQL helper used too much processor time", "", ""};
    if (WIFSIGNALED(status) || WEXITSTATUS(status) != 0)
        return Error{
            Errc::internal,
            WIFSIGNALED(status)
                ? "the SQL helper was killed by signal " + std::to_string(WTERMSIG(status))
                : "the SQL helper failed with exit status " + std::to_string(WEXITSTATUS(status)),
            program.string(), ""};
    return output;
}

}  // namespace cpe::store
