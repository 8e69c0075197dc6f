#include "adapters/local/sandbox/ip_command.hpp"

#include "adapters/local/posix.hpp"

#include <fcntl.h>
#include <net/if.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <array>
#include <csignal>

namespace cpe::local {
namespace {

constexpr std::size_t max_complaint = 512;

/// A file in memory with the batch in it, to be the child's stdin.
Fd batch_file(const std::string& batch) {
    Fd file(::memfd_create("ip-batch", MFD_CLOEXEC));
    if (file && !write_all(file.get(), batch.data(), batch.size())) file.reset();
    if (file) ::lseek(file.get(), 0, SEEK_SET);
    return file;
}

[[noreturn]] void become_ip(int input, int complaints, pid_t parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(125);
    ::dup2(input, STDIN_FILENO);
    ::dup2(complaints, STDOUT_FILENO);
    ::dup2(complaints, STDERR_FILENO);
    ::execlp("ip", "ip", "-batch", "-", nullptr);
    ::_exit(127);
}

std::string first_line(int fd) {
    std::string text;
    std::array<char, 256> buffer{};
    for (ssize_t got = 0; (got = ::read(fd, buffer.data(), buffer.size())) > 0;)
        if (text.size() < max_complaint) text.append(buffer.data(), static_cast<std::size_t>(got));
    return text.substr(0, std::min(text.find('\n'), max_complaint));
}

}  // namespace

Result<> run_ip(const std::string& batch) {
    const Fd input = batch_file(batch);
    std::array<int, 2> ends{};
    if (!input || ::pipe2(ends.data(), O_CLOEXEC) != 0) return os_error("start ip");
    const Fd complaints(ends[0]);
    Fd complaints_in(ends[1]);
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child < 0) return os_error("start ip");
    if (child == 0) become_ip(input.get(), complaints_in.get(), parent);
    complaints_in.reset();
    const auto complaint = first_line(complaints.get());
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return Error{Errc::unavailable, "the program 'ip' was not found", "",
                     "install the package iproute2"};
    return Error{Errc::unavailable, "ip: " + complaint, "network set-up", ""};
}

Result<> drop_interface(const std::string& name) {
    if (::if_nametoindex(name.c_str()) == 0) return {};
    auto done = run_ip("link del dev " + name + "\n");
    if (done || ::if_nametoindex(name.c_str()) == 0) return {};  // a dying namespace was quicker
    return done;
}

}  // namespace cpe::local
