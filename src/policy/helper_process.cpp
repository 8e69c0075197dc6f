#include "src/policy/helper_process.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

namespace cpe::policy_runner {
namespace {

namespace asio = boost::asio;

class FileActions {
public:
    FileActions() { posix_spawn_file_actions_init(&actions_); }
    FileActions(const FileActions&) = delete;
    FileActions& operator=(const FileActions&) = delete;
    ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
    posix_spawn_file_actions_t* get() { return &actions_; }

private:
    posix_spawn_file_actions_t actions_{};
};

/// Signals as a fresh process expects them: none blocked, all at their default.
class Attributes {
public:
    Attributes() {
        posix_spawnattr_init(&attributes_);
        sigset_t set;
        sigemptyset(&set);
        posix_spawnattr_setsigmask(&attributes_, &set);
        sigfillset(&set);
        posix_spawnattr_setsigdefault(&attributes_, &set);
        posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
    ~Attributes() { posix_spawnattr_destroy(&attributes_); }
    posix_spawnattr_t* get() { return &attributes_; }

private:
    posix_spawnattr_t attributes_{};
};

/// As posix_spawn wants it: pointers into `strings`, and a null pointer at the end.
std::vector<char*> pointers_to(std::vector<std::string>& strings) {
    std::vector<char*> pointers;
    for (auto& string : strings) pointers.push_back(string.data());
    pointers.push_back(nullptr);
    return pointers;
}

std::vector<std::string> arguments_of(const HelperProgram& program) {
    std::vector<std::string> arguments{program.path.string(), "--parent",
                                       std::to_string(::getpid()), "--memory",
                                       std::to_string(program.memory_bytes)};
    arguments.insert(arguments.end(), program.arguments.begin(), program.arguments.end());
    return arguments;
}

/// The child's standard input and output is `socket`, its errors go nowhere (what matters comes as
/// a frame), and all else is closed. 0 or an errno.
int start(const HelperProgram& program, int socket, pid_t& pid) {
    FileActions actions;
    posix_spawn_file_actions_adddup2(actions.get(), socket, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(actions.get(), socket, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(actions.get(), STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(actions.get(), STDERR_FILENO + 1);
    Attributes attributes;
    auto arguments = arguments_of(program);
    auto environment = program.environment;
    return ::posix_spawn(&pid, program.path.c_str(), actions.get(), attributes.get(),
                         pointers_to(arguments).data(), pointers_to(environment).data());
}

std::string ending_of(const siginfo_t& info) {
    if (info.si_code == CLD_EXITED) return "ended with code " + std::to_string(info.si_status);
    return "ended by signal " + std::to_string(info.si_status) + " (" +
           ::strsignal(info.si_status) + ")";
}

Error failed(const HelperProgram& program, int error) {
    return Error{Errc::unavailable,
                 std::string("cannot start the policy helper: ") + std::strerror(error),
                 program.path.string(), ""};
}

}  // namespace

HelperProcess::HelperProcess(Socket socket, asio::posix::stream_descriptor ended, pid_t pid)
    : socket_(std::move(socket)), ended_(std::move(ended)), pid_(pid) {}

HelperProcess::HelperProcess(HelperProcess&& other) noexcept
    : socket_(std::move(other.socket_)),
      ended_(std::move(other.ended_)),
      pid_(std::exchange(other.pid_, 0)) {}

HelperProcess::~HelperProcess() {
    if (pid_ == 0) return;
    kill();
    // Only at shutdown: end() waits without stopping the loop.
    ::waitpid(pid_, nullptr, 0);
}

std::vector<std::string> helper_environment() {
    // TZ: date rules are evaluated in the time zone of the process.
    constexpr std::array<std::string_view, 7> kept{
        "LD_LIBRARY_PATH=", "PCMK_schema_directory=", "TZ=",           "ASAN_OPTIONS=",
        "LSAN_OPTIONS=",    "TSAN_OPTIONS=",          "UBSAN_OPTIONS="};
    std::vector<std::string> environment;
    for (char** at = environ; at && *at; ++at)
        for (const auto name : kept)
            if (std::string_view(*at).starts_with(name)) environment.emplace_back(*at);
    return environment;
}

Result<HelperProcess> HelperProcess::spawn(const asio::any_io_executor& loop,
                                           const HelperProgram& program) {
    std::array<int, 2> pair{-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0)
        return failed(program, errno);
    Socket ours(loop, boost::asio::local::stream_protocol(), pair[0]);
    pid_t pid = 0;
    const int error = start(program, pair[1], pid);
    ::close(pair[1]);
    if (error != 0) return failed(program, error);
    // glibc 2.36 declares pidfd_open() without extern "C".
    const int ended = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
    if (ended < 0) {
        const int why = errno;
        ::kill(pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
        return failed(program, why);
    }
    return HelperProcess{std::move(ours), asio::posix::stream_descriptor(loop, ended), pid};
}

void HelperProcess::kill() {
    if (pid_ != 0) ::kill(pid_, SIGKILL);
}

bool HelperProcess::running() const {
    siginfo_t info{};
    const int flags = WEXITED | WNOHANG | WNOWAIT;
    return pid_ != 0 && ::waitid(P_PID, static_cast<id_t>(pid_), &info, flags) == 0 &&
           info.si_pid == 0;
}

asio::awaitable<std::string> HelperProcess::end() {
    kill();
    co_await ended_.async_wait(asio::posix::descriptor_base::wait_read,
                               asio::as_tuple(asio::use_awaitable));
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(std::exchange(pid_, 0)), &info, WEXITED | WNOHANG) != 0)
        co_return "ended";
    co_return ending_of(info);
}

}  // namespace cpe::policy_runner
