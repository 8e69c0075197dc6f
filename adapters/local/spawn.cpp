#include "adapters/local/spawn.hpp"

#include "adapters/local/message.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <array>
#include <csignal>
#include <cstring>

namespace cpe::local {
namespace {

struct Actions {
    posix_spawn_file_actions_t all{};
    Actions() { ::posix_spawn_file_actions_init(&all); }
    ~Actions() { ::posix_spawn_file_actions_destroy(&all); }
    Actions(const Actions&) = delete;
    Actions& operator=(const Actions&) = delete;
};

struct Attributes {
    posix_spawnattr_t all{};
    Attributes() { ::posix_spawnattr_init(&all); }
    ~Attributes() { ::posix_spawnattr_destroy(&all); }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
};

void detach(Actions& actions, int line) {
    ::posix_spawn_file_actions_adddup2(&actions.all, line, control_fd);
    for (const int standard : {0, 1, 2})
        ::posix_spawn_file_actions_addopen(&actions.all, standard, "/dev/null", O_RDWR, 0);
    ::posix_spawn_file_actions_addclosefrom_np(&actions.all, control_fd + 1);
    ::posix_spawn_file_actions_addchdir_np(&actions.all, "/");
}

void begin_anew(Attributes& attributes) {
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes.all, &none);
    ::posix_spawnattr_setsigdefault(&attributes.all, &all);
    ::posix_spawnattr_setflags(&attributes.all,
                               POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

}  // namespace

Result<Spawned> spawn(const std::filesystem::path& program, const std::vector<std::string>& words) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        return os_error("make a pair of sockets");
    Spawned spawned{Fd(ends[0]), Fd()};
    const Fd theirs(ends[1]);
    Actions actions;
    Attributes attributes;
    detach(actions, theirs.get());
    begin_anew(attributes);
    std::vector<char*> arguments{const_cast<char*>(program.c_str())};
    for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    std::array<const char*, 3> environment{
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8",
        nullptr};
    pid_t pid = 0;
    errno = ::posix_spawn(&pid, program.c_str(), &actions.all, &attributes.all, arguments.data(),
                          const_cast<char* const*>(environment.data()));
    if (errno != 0) return os_error("start cpe-sandbox", program, "is it installed?");
    spawned.process = open_pidfd(pid);
    if (!spawned.process) return os_error("watch cpe-sandbox", "", "Linux 5.6 or later is needed");
    return spawned;
}

}  // namespace cpe::local
