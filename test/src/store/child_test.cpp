// run_child with real programs: whatever they do, it ends and nothing of them is left.
#include "src/store/child.hpp"

#include "fixture.hpp"

#include <unistd.h>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <thread>

using namespace cpe;
using namespace cpe::store;
using namespace cpe::store::test;

namespace {

struct Script {
    TemporaryDirectory directory;
    std::filesystem::path path = directory.path() / "program";
    explicit Script(const std::string& body) {
        std::ofstream(path) << "#!/bin/sh\n" << body << "\n";
        std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    }
};

ChildLimits limits(std::chrono::milliseconds time = std::chrono::seconds(30)) {
    return {std::chrono::steady_clock::now() + time, 1'000'000};
}

}  // namespace

TEST_CASE("a child gets its input and gives its output") {
    const StopSignal stop;
    const std::string large(600'000, 'x');  // more than a socket holds
    const auto output = run_child("/bin/cat", large, limits(), stop);
    REQUIRE(output);
    CHECK(*output == large);
    CHECK(run_child("/bin/true", large, limits(), stop).value().empty());  // it need not read
}

TEST_CASE("a child inherits its standard files, no environment and no signal mask") {
    const StopSignal stop;
    const auto pipe_signal = std::signal(SIGPIPE, SIG_IGN);
    const int leaked = ::dup(2);  // without FD_CLOEXEC
    const Script script(
        "ls /proc/self/fd | wc -l; grep -c . /proc/self/environ; "
        "grep -E 'Sig(Blk|Ign):' /proc/self/status");
    const auto output = run_child(script.path, "", limits(), stop);
    ::close(leaked);
    std::signal(SIGPIPE, pipe_signal);
    REQUIRE(output);
    CHECK(output->starts_with("4\n"));  // 0, 1, 2 and ls's own
    CHECK(output->find("SigBlk:\t0000000000000000\n") != std::string::npos);
    CHECK(output->ends_with("0000000\n"));  // SigIgn, without the C library's own two
}

TEST_CASE("a child that fails, dies, writes too much or is not there is told apart") {
    const StopSignal stop;
    const auto error = [&](const std::string& body, const ChildLimits& bounds = limits()) {
        return run_child(Script(body).path, "x", bounds, stop).error();
    };
    CHECK(error("exit 3").code == Errc::internal);
    CHECK(error("exit 3").what.find("status 3") != std::string::npos);
    CHECK(error("kill -SEGV $$").what.find("signal 11") != std::string::npos);
    CHECK(error("kill -XCPU $$").code == Errc::timed_out);
    CHECK(error("exec cat /dev/zero").code == Errc::too_large);
    CHECK(error("exec sleep 1000", limits(std::chrono::milliseconds(50))).code == Errc::timed_out);
    const auto missing = run_child("/nonexistent/helper", "", limits(), stop);
    REQUIRE_FALSE(missing);
    CHECK(missing.error().code == Errc::unavailable);
    CHECK(missing.error().line().find("/nonexistent/helper") != std::string::npos);
}

TEST_CASE("a child is killed when it is to stop, and reaped") {
    StopSignal stop;
    const TemporaryDirectory directory;
    const auto pid_file = directory.path() / "pid";
    const Script script("echo $$ > " + pid_file.string() + ".new; mv " + pid_file.string() +
                        ".new " + pid_file.string() + "; exec sleep 1000");
    std::thread stopper([&] {
        while (!std::filesystem::exists(pid_file)) std::this_thread::yield();
        stop.raise();
    });
    const auto output = run_child(script.path, "", limits(), stop);
    stopper.join();
    REQUIRE_FALSE(output);
    CHECK(output.error().code == Errc::unavailable);
    pid_t pid = 0;
    std::ifstream(pid_file) >> pid;
    REQUIRE(pid > 1);
    CHECK(::kill(pid, 0) == -1);
    CHECK(errno == ESRCH);
}
