#include "src/cpe-agent/spawn.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include <cstring>

namespace cpe::guest {

namespace {

/// posix_spawn's two C structures, destroyed with it.
class Setup {
public:
    Setup() {
        ::posix_spawn_file_actions_init(&files_);
        ::posix_spawnattr_init(&attributes_);
    }
    ~Setup() {
        ::posix_spawn_file_actions_destroy(&files_);
        ::posix_spawnattr_destroy(&attributes_);
    }
    Setup(const Setup&) = delete;
    Setup& operator=(const Setup&) = delete;

    void descriptors(int pipe, Heard heard) {
        ::posix_spawn_file_actions_addopen(&files_, 0, "/dev/null", O_RDONLY, 0);
        output(1, heard == Heard::messages, pipe);
        output(2, heard == Heard::answer, pipe);
        // Asio and Proton open some of theirs without close-on-exec.
        ::posix_spawn_file_actions_addclosefrom_np(&files_, 3);
        ::posix_spawn_file_actions_addchdir_np(&files_, "/");
    }
    void session_and_signals() {
        sigset_t none;
        sigset_t all;
        ::sigemptyset(&none);
        ::sigfillset(&all);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        ::posix_spawnattr_setsigdefault(&attributes_, &all);
        ::posix_spawnattr_setflags(&attributes_,
                                   static_cast<short>(POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK |
                                                      POSIX_SPAWN_SETSIGDEF));
    }
    int run(pid_t& pid, const Command& command) const {
        std::string program = command.program.string();
        std::string argument = command.argument;
        auto variables = command.environment;
        char* const arguments[] = {program.data(), argument.data(), nullptr};
        std::vector<char*> environment;
        for (auto& variable : variables) environment.push_back(variable.data());
        environment.push_back(nullptr);
        return ::posix_spawn(&pid, program.c_str(), &files_, &attributes_, arguments,
                             environment.data());
    }

private:
    void output(int descriptor, bool drop, int pipe) {
        if (drop)
            ::posix_spawn_file_actions_addopen(&files_, descriptor, "/dev/null", O_WRONLY, 0);
        else
            ::posix_spawn_file_actions_adddup2(&files_, pipe, descriptor);
    }

    posix_spawn_file_actions_t files_{};
    posix_spawnattr_t attributes_{};
};

}  // namespace

Result<Spawned> spawn(const Command& command, Heard heard) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return Error{Errc::unavailable, std::strerror(errno), "pipe", {}};
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    Setup setup;
    setup.descriptors(ends[1], heard);
    setup.session_and_signals();
    Spawned spawned;
    const int failed = setup.run(spawned.pid, command);
    ::close(ends[1]);
    if (failed == 0) {
        spawned.messages = ends[0];
        return spawned;
    }
    ::close(ends[0]);
    return Error{Errc::unavailable, std::strerror(failed), command.program.string(), {}};
}

}  // namespace cpe::guest
