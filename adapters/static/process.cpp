#include "adapters/static/process.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace cpe::static_hosts {
namespace {

namespace asio = boost::asio;

constexpr std::size_t read_per_turn = 256U << 10U;
constexpr std::size_t read_at_the_end = 1U << 20U;

Error os_error(const std::string& what, const std::string& where) {
    return {Errc::unavailable, "cannot " + what + ": " + std::strerror(errno), where, {}};
}

/// A file that has no name and needs no reader to be written: an agent that never reads its stdin
/// hinders nobody.
Fd memory_file(const std::string& text) {
    Fd file(::memfd_create("cpe-fence-input", MFD_CLOEXEC));
    if (!file) return file;
    std::size_t done = 0;
    while (done < text.size()) {
        const auto count = ::write(file.get(), text.data() + done, text.size() - done);
        if (count < 0) return {};
        done += static_cast<std::size_t>(count);
    }
    if (::lseek(file.get(), 0, SEEK_SET) != 0) return {};
    return file;
}

/// posix_spawn's two C structures, destroyed with it.
class Setup {
public:
    Setup(int input, int output) {
        ::posix_spawn_file_actions_init(&files_);
        ::posix_spawn_file_actions_adddup2(&files_, input, 0);
        ::posix_spawn_file_actions_adddup2(&files_, output, 1);
        ::posix_spawn_file_actions_adddup2(&files_, output, 2);
        ::posix_spawn_file_actions_addclosefrom_np(&files_, 3);
        ::posix_spawn_file_actions_addchdir_np(&files_, "/");
        sigset_t none;
        sigset_t all;
        ::sigemptyset(&none);
        ::sigfillset(&all);
        ::posix_spawnattr_init(&attributes_);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        ::posix_spawnattr_setsigdefault(&attributes_, &all);
        ::posix_spawnattr_setflags(&attributes_,
                                   static_cast<short>(POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK |
                                                      POSIX_SPAWN_SETSIGDEF));
    }
    ~Setup() {
        ::posix_spawn_file_actions_destroy(&files_);
        ::posix_spawnattr_destroy(&attributes_);
    }
    Setup(const Setup&) = delete;
    Setup& operator=(const Setup&) = delete;

    int run(pid_t& pid, const std::filesystem::path& program) const {
        const std::array<const char*, 2> arguments{program.c_str(), nullptr};
        const std::array<const char*, 3> environment{
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8",
            nullptr};
        return ::posix_spawn(&pid, program.c_str(), &files_, &attributes_,
                             const_cast<char* const*>(arguments.data()),
                             const_cast<char* const*>(environment.data()));
    }

private:
    posix_spawn_file_actions_t files_{};
    posix_spawnattr_t attributes_{};
};

}  // namespace

Result<std::shared_ptr<Process>> Process::start(const Executor& executor,
                                                const std::filesystem::path& program,
                                                const std::string& input) {
    const Fd stdin_file = memory_file(input);
    if (!stdin_file) return os_error("make its input", program.string());
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return os_error("make a pipe", program.string());
    Fd ours(ends[0]);
    const Fd theirs(ends[1]);
    ::fcntl(ours.get(), F_SETFL, O_NONBLOCK);
    pid_t pid = 0;
    errno = Setup(stdin_file.get(), theirs.get()).run(pid, program);
    if (errno != 0) return os_error("start it", program.string());
    Fd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!process) {
        const auto failed = os_error("watch it", program.string());
        ::kill(-pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
        return failed;
    }
    auto made = std::make_shared<Process>(executor, pid, std::move(process), std::move(ours));
    made->await_end();
    made->await_output();
    return made;
}

Process::Process(const Executor& executor, pid_t pid, Fd process, Fd output)
    : pid_(pid),
      process_(executor, process.release()),
      output_(executor, output.release()),
      ended_(executor) {}

void Process::await_end() {
    process_.async_wait(asio::posix::stream_descriptor::wait_read,
                        [self = shared_from_this()](boost::system::error_code error) {
                            if (error) return;
                            // Asio may wake who waits for a descriptor whose number was another's.
                            if (self->is_alive()) return self->await_end();
                            self->end();
                        });
}

bool Process::is_alive() const {
    siginfo_t how{};
    const int failed = ::waitid(P_PID, static_cast<id_t>(pid_), &how, WEXITED | WNOHANG | WNOWAIT);
    return failed == 0 && how.si_pid == 0;
}

void Process::end() {
    // Before it is reaped nobody else can have its session's number.
    kill_session();
    gone_ = true;
    siginfo_t how{};
    ::waitid(P_PID, static_cast<id_t>(pid_), &how, WEXITED);
    if (how.si_code == CLD_EXITED)
        result_.code = how.si_status;
    else
        result_.signal = how.si_status;
    read_some(read_at_the_end);
    boost::system::error_code ignored;
    output_.close(ignored);
    ended_.cancel();
}

void Process::await_output() {
    output_.async_wait(asio::posix::stream_descriptor::wait_read,
                       [self = shared_from_this()](boost::system::error_code error) {
                           if (error || !self->output_.is_open()) return;
                           self->read_some(read_per_turn);
                           if (self->output_.is_open()) self->await_output();
                       });
}

void Process::read_some(std::size_t budget) {
    std::array<char, 16U << 10U> buffer{};
    for (std::size_t total = 0; total < budget && output_.is_open();) {
        const auto count = ::read(output_.native_handle(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EAGAIN) return;
        if (count <= 0) {
            boost::system::error_code ignored;
            output_.close(ignored);
            return;
        }
        total += static_cast<std::size_t>(count);
        keep(buffer.data(), static_cast<std::size_t>(count));
    }
}

void Process::keep(const char* data, std::size_t size) {
    auto& kept = result_.output;
    kept.append(data, size);
    if (kept.size() <= output_kept) return;
    kept.erase(0, kept.size() - output_kept);
    cut_ = true;
}

void Process::kill_session() const {
    ::kill(-pid_, SIGKILL);
}

void Process::close() {
    if (!gone_) kill_session();
}

asio::awaitable<Ended> Process::wait(std::shared_ptr<Process> self, Millis limit) {
    boost::system::error_code cancelled;
    if (!self->gone_) {
        self->ended_.expires_after(limit);
        co_await self->ended_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
    if (!self->gone_) {
        self->result_.timed_out = true;
        self->kill_session();
        self->ended_.expires_after(kill_wait);
        co_await self->ended_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
    // Half a line may hold half a secret, which nobody would recognize.
    if (self->cut_) {
        const auto line = self->result_.output.find('\n');
        self->result_.output.erase(0, line == std::string::npos ? line : line + 1);
    }
    co_return std::move(self->result_);
}

}  // namespace cpe::static_hosts
