#include "adapters/local/sandbox/init.hpp"

#include "adapters/local/sandbox/agent_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>

namespace cpe::local {
namespace {

constexpr Millis kill_again{100};  ///< a fork bomb may outrun one round of SIGKILL

Millis now() {
    timespec time{};
    ::clock_gettime(CLOCK_BOOTTIME, &time);
    return Millis(time.tv_sec * 1000 + time.tv_nsec / 1'000'000);
}

std::string ending(int status) {
    if (WIFSIGNALED(status)) return "was killed by signal " + std::to_string(WTERMSIG(status));
    return "ended with exit code " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

Init::Init(BoundedLog log, Millis stop_grace) : log_(std::move(log)), stop_grace_(stop_grace) {}

Result<> Init::prepare() {
    sigset_t wanted;
    ::sigemptyset(&wanted);
    for (const int number : {SIGCHLD, SIGTERM}) ::sigaddset(&wanted, number);
    signals_ = Fd(::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
    std::array<int, 2> ends{};
    if (!signals_ || ::pipe2(ends.data(), O_CLOEXEC) != 0) return os_error("watch the agent");
    output_ = Fd(ends[0]);
    output_in_ = Fd(ends[1]);
    // Only our end: the agent's programs expect a stdout that blocks.
    ::fcntl(output_.get(), F_SETFL, O_NONBLOCK);
    return {};
}

int Init::run() {
    if (const auto ready = prepare(); !ready) {
        log_.line(ready.error().line());
        return 1;
    }
    start_agent_now();
    while (!(kill_at_ && alone_)) turn();
    log_.line("the sandbox has ended");
    return 0;
}

void Init::start_agent_now() {
    start_at_.reset();
    started_ = now();
    alone_ = false;
    const auto agent = start_agent(output_in_.get());
    if (agent) {
        agent_ = *agent;
        log_.line("the agent was started");
        return;
    }
    log_.line(agent.error().line());
    start_at_ = now() + Backoff::longest;
}

int Init::wait_ms() const {
    const auto& due = kill_at_ ? kill_at_ : start_at_;
    if (!due) return -1;
    return static_cast<int>(std::clamp(*due - now(), Millis(0), Millis(60'000)).count());
}

void Init::turn() {
    std::array<pollfd, 2> polls{{{signals_.get(), POLLIN, 0}, {output_.get(), POLLIN, 0}}};
    ::poll(polls.data(), polls.size(), wait_ms());
    read_output();
    read_signals();
    if (kill_at_ && now() >= *kill_at_) {
        ::kill(-1, SIGKILL);
        kill_at_ = now() + kill_again;
    }
    if (!kill_at_ && start_at_ && now() >= *start_at_) start_agent_now();
    reap_all();
}

void Init::read_output() {
    std::array<char, 4096> buffer{};
    const auto got = ::read(output_.get(), buffer.data(), buffer.size());
    if (got > 0) log_.append({buffer.data(), static_cast<std::size_t>(got)});
}

void Init::read_signals() {
    signalfd_siginfo info{};
    while (::read(signals_.get(), &info, sizeof info) == sizeof info)
        if (info.ssi_signo == SIGTERM && !kill_at_) begin_end();
}

void Init::begin_end() {
    log_.line("asked to end");
    ::kill(-1, SIGTERM);
    ::kill(-1, SIGCONT);
    kill_at_ = now() + stop_grace_;
}

void Init::reap_all() {
    int status = 0;
    pid_t child = 0;
    while ((child = ::waitpid(-1, &status, WNOHANG)) > 0)
        if (child == agent_) agent_ended(status);
    alone_ = child < 0 && errno == ECHILD;
}

void Init::agent_ended(int status) {
    agent_ = 0;
    const auto pause = backoff_.after_run(now() - started_);
    start_at_ = now() + pause;
    log_.line("the agent " + ending(status) +
              (kill_at_ ? "" : "; again in " + std::to_string(pause.count()) + " ms"));
}

}  // namespace cpe::local
