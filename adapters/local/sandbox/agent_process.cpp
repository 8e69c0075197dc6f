#include "adapters/local/sandbox/agent_process.hpp"

#include "adapters/local/posix.hpp"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>

namespace cpe::local {
namespace {

[[noreturn]] void become_agent(int output) {
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::setsid();
    const int nothing = ::open("/dev/null", O_RDONLY);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    ::syscall(SYS_close_range, 3U, UINT_MAX, 0U);
    std::array<const char*, 4> words{agent_inside, "--socket", agent_socket_inside, nullptr};
    std::array<const char*, 5> environment{
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root",
        "LANG=C.UTF-8", "container=cpe", nullptr};
    ::execve(agent_inside, const_cast<char* const*>(words.data()),
             const_cast<char* const*>(environment.data()));
    constexpr std::string_view complaint = "cpe-sandbox: cannot execute the agent's program\n";
    static_cast<void>(write_all(STDERR_FILENO, complaint.data(), complaint.size()));
    ::_exit(errno == ENOENT ? 127 : 126);
}

}  // namespace

Result<pid_t> start_agent(int output) {
    const pid_t child = ::fork();
    if (child < 0) return os_error("start the agent");
    if (child == 0) become_agent(output);
    return child;
}

Result<> drop_machine_capabilities() {
    for (const int capability :
         {CAP_SYS_MODULE, CAP_SYS_RAWIO, CAP_SYS_TIME, CAP_WAKE_ALARM, CAP_SYSLOG, CAP_MAC_ADMIN,
          CAP_MAC_OVERRIDE, CAP_AUDIT_CONTROL, CAP_AUDIT_READ})
        if (::prctl(PR_CAPBSET_READ, capability) == 1 &&
            ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0)
            return os_error("drop a capability");
    return {};
}

}  // namespace cpe::local
