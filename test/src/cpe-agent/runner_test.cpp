// The runner with real agents and real processes.
#include "test/src/cpe-agent/guest_fixture.hpp"

#include <catch2/catch.hpp>

#include <signal.h>

#include <fstream>
#include <sstream>

using namespace cpe;
using namespace cpe::guest;
using namespace cpe::guest::test;

TEST_CASE("the real Dummy is probed, started, watched and stopped") {
    GuestFixture guest;
    CHECK(guest.run(ocf_agent("heartbeat", "Dummy", "monitor")).rc == ocf::not_running);
    CHECK(guest.run(ocf_agent("heartbeat", "Dummy", "start")).rc == ocf::ok);
    CHECK(guest.run(ocf_agent("heartbeat", "Dummy", "monitor")).rc == ocf::ok);
    CHECK(guest.run(ocf_agent("heartbeat", "Dummy", "stop")).rc == ocf::ok);
    CHECK(guest.run(ocf_agent("heartbeat", "Dummy", "monitor")).rc == ocf::not_running);
    CHECK(processes_of(guest.files.dir()) == 0);
}

TEST_CASE("the real Delay takes its parameters and tells why they are wrong") {
    GuestFixture guest;
    auto start = ocf_agent("heartbeat", "Delay", "start");
    start.parameters = {{"startdelay", "0"}, {"stopdelay", "0"}, {"mondelay", "0"}};
    CHECK(guest.run(start).rc == ocf::ok);
    start.operation = "monitor";
    CHECK(guest.run(start).rc == ocf::ok);
    start.operation = "validate-all";
    start.parameters[0].second = "soon";
    const auto wrong = guest.run(start);
    CHECK(wrong.rc != ocf::ok);
    CHECK_THAT(wrong.exit_reason, Catch::Contains("parameters are invalid"));
}

TEST_CASE("every exit code of an ocf agent is told as it is") {
    GuestFixture guest;
    guest.files.ocf_script("Rc", "exit $OCF_RESKEY_code");
    for (int code = 0; code <= 9; ++code) {
        auto request = nasty("Rc", "start");
        request.parameters = {{"code", std::to_string(code)}};
        CHECK(guest.run(request).rc == code);
    }
}

TEST_CASE("an agent's last exit reason and the end of its messages are kept, all else is drained") {
    GuestFixture guest;
    guest.files.ocf_script(
        "Loud",
        "echo ocf-exit-reason:first >&2\n"
        "head -c 50000000 /dev/zero | tr '\\0' x >&2\n"
        "head -c 50000000 /dev/zero\n"
        "printf '\\nocf-exit-reason:the real one\\nbad \\377 byte\\n' >&2\nexit 1");
    const auto end = guest.run(nasty("Loud", "monitor"));
    CHECK(end.rc == 1);
    CHECK(end.exit_reason == "the real one");
    CHECK(end.output.size() <= max_operation_output);
    CHECK_THAT(end.output, Catch::EndsWith("ocf-exit-reason:the real one\nbad ? byte"));
}

TEST_CASE("an agent's meta-data is what it writes to stdout, as much as may be told") {
    GuestFixture guest;
    const auto told = guest.run(ocf_agent("heartbeat", "Dummy", "meta-data"));
    CHECK(told.rc == ocf::ok);
    CHECK_THAT(told.output, Catch::StartsWith("<?xml version=\"1.0\"?>"));
    CHECK_THAT(told.output, Catch::EndsWith("</resource-agent>"));
    guest.files.ocf_script("Chatty",
                           "echo not this >&2\nprintf begin\nhead -c 66000 /dev/zero | tr '\\0' x");
    const auto much = guest.run(nasty("Chatty", "meta-data"));
    CHECK(much.output.size() == max_metadata);
    CHECK(much.output.find_first_not_of('x') == std::string::npos);
}

TEST_CASE("an agent that dies of a signal is an error that says so") {
    GuestFixture guest;
    guest.files.ocf_script("Dies", "kill -9 $$");
    const auto end = guest.run(nasty("Dies", "monitor"));
    CHECK(end.rc == ocf::unknown_error);
    CHECK(end.exit_reason == "ended by signal 9");
}

TEST_CASE("a service lives on after its start, also when it holds the start's output") {
    GuestFixture guest;
    guest.files.ocf_script("Daemon",
                           "setsid bash -c 'echo $$ > $DIR/pid; read x < $DIR/fifo; echo late >&2; "
                           "echo said > $DIR/said; sleep 3600' &\n"
                           "while ! [ -s $DIR/pid ]; do :; done\nexit 0");
    ::mkfifo((guest.files.dir() / "fifo").c_str(), 0600);
    CHECK(guest.run(nasty("Daemon", "start")).rc == ocf::ok);
    const auto service = guest.files.pid_in("pid");
    REQUIRE(is_alive(service));
    std::ofstream(guest.files.dir() / "fifo") << "go\n";
    CHECK(guest.until([&] { return std::filesystem::exists(guest.files.dir() / "said"); }));
    CHECK(is_alive(service));

    // Neither does it die with another operation's time limit.
    guest.files.ocf_script("Hang", "echo $$ > $DIR/hang; sleep 3600");
    const auto hang = guest.begin(nasty("Hang", "start"));
    REQUIRE(guest.until([&] { return guest.files.pid_in("hang") != 0; }));
    guest.runner.kill(hang);
    CHECK_THAT(guest.wait(hang).exit_reason, Catch::StartsWith("killed after its time limit"));
    CHECK(is_alive(service));

    ::kill(-service, SIGKILL);
    CHECK(guest.until([&] { return processes_of(guest.files.dir()) == 0; }));
}

TEST_CASE("after its time limit nothing of an operation lives") {
    struct Case {
        const char* name;
        const char* body;  ///< leaves its pid in $DIR/pid
    };
    const auto one = GENERATE(values<Case>({
        {"hangs", "echo $$ > $DIR/pid; sleep 3600"},
        {"ignores signals", "trap '' TERM INT HUP; echo $$ > $DIR/pid; sleep 3600"},
        {"own session", "setsid bash -c 'echo $$ > $DIR/pid; sleep 3600' & sleep 3600"},
        {"orphan in its own session",
         "(setsid bash -c 'echo $$ > $DIR/pid; sleep 3600; true' &) ; sleep 3600"},
        {"orphan of an orphan",
         "(setsid bash -c '(setsid bash -c \"echo \\$\\$ > $DIR/pid; sleep 3600; true\" &)' &); "
         "sleep "
         "3600"},
        {"orphan without environment",
         "(env -i DIR=$DIR setsid bash -c 'echo $$ > $DIR/pid; sleep 3600; true' &) ; sleep 3600"},
        {"many children",
         "for i in $(seq 40); do (sleep 3600 &) ; done; echo $$ > $DIR/pid; sleep 3600"},
        {"forks for ever",
         "echo $$ > $DIR/pid; f() { (sleep 0.05; f) & (sleep 3600) & }; f; sleep 3600"},
    }));
    GuestFixture guest;
    guest.files.ocf_script("Nasty", one.body);
    INFO(one.name);
    const auto run = guest.begin(nasty("Nasty", "start"));
    REQUIRE(guest.until([&] { return guest.files.pid_in("pid") != 0; }));
    const auto pid = guest.files.pid_in("pid");
    CHECK(is_alive(pid));
    guest.runner.kill(run);
    const auto end = guest.wait(run);
    CHECK(end.rc == ocf::unknown_error);
    CHECK(end.exit_reason == "killed after its time limit of 20000 ms");
    CHECK_FALSE(is_alive(pid));
    CHECK(processes_of(guest.files.dir()) == 0);
}

TEST_CASE("a background child that holds the output does not delay the result") {
    GuestFixture guest;
    guest.files.ocf_script("Holds", "sleep 3600 & echo $! > $DIR/pid; echo before >&2; exit 0");
    const auto end = guest.run(nasty("Holds", "monitor"));
    CHECK(end.rc == ocf::ok);
    CHECK(end.output == "before");
    ::kill(guest.files.pid_in("pid"), SIGKILL);
    CHECK(guest.until([&] { return processes_of(guest.files.dir()) == 0; }));
}

TEST_CASE("an agent gets no descriptor, signal mask or directory of ours") {
    GuestFixture guest;
    guest.files.ocf_script("Looks",
                           "ls /proc/self/fd | tr '\\n' ' ' > $DIR/fds\n"
                           "grep -E 'Sig(Blk|Ign)' /proc/self/status > $DIR/signals\n"
                           "pwd > $DIR/cwd");
    CHECK(guest.run(nasty("Looks", "monitor")).rc == 0);
    const auto read = [&](const char* name) {
        std::ifstream in(guest.files.dir() / name);
        return std::string{std::istreambuf_iterator<char>(in), {}};
    };
    CHECK(read("fds") == "0 1 2 3 ");  // 3: ls's own
    std::istringstream signals(read("signals"));
    std::string label;
    std::uint64_t blocked = 1;
    std::uint64_t ignored = 1;
    signals >> std::hex >> label >> blocked >> label >> ignored;
    CHECK(blocked == 0);
    constexpr std::uint64_t glibc_own = 0x180000000;  // 32 and 33 cannot be named in a sigset_t
    CHECK((ignored & ~glibc_own) == 0);
    CHECK(read("cwd") == "/\n");
}

TEST_CASE("init scripts are run and their status becomes OCF's") {
    GuestFixture guest;
    guest.files.add_init_script(
        "svc",
        "case $1 in start) touch $DIR/on;; stop) [ -e $DIR/on ] || exit 7; rm "
        "$DIR/on;; status) [ -e $DIR/on ] || { echo stopped; exit 3; };; esac");
    const auto stopped = guest.run(init_script("svc", "monitor"));
    CHECK(stopped.rc == ocf::not_running);
    CHECK(stopped.output == "stopped");
    CHECK(guest.run(init_script("svc", "start")).rc == ocf::ok);
    CHECK(guest.run(init_script("svc", "monitor")).rc == ocf::ok);
    CHECK(guest.run(init_script("svc", "stop")).rc == ocf::ok);
    CHECK(guest.run(init_script("svc", "stop")).rc == ocf::ok);
}

TEST_CASE("what an earlier agent left unfinished is ended, what it had finished is not") {
    GuestFixture guest;
    guest.files.ocf_script("Half",
                           "(setsid bash -c 'echo $$ > $DIR/half; sleep 3600; true' &); "
                           "echo $$ > $DIR/pid; sleep 3600");
    guest.files.ocf_script("Whole", "sleep 3600 & echo $! > $DIR/whole");
    CHECK(guest.run(nasty("Whole", "start")).rc == ocf::ok);
    const auto run = guest.begin(nasty("Half", "start"));
    REQUIRE(guest.until([&] { return guest.files.pid_in("pid") && guest.files.pid_in("half"); }));
    // A second life of the agent, as it begins.
    CHECK(guest.runner.clear_left_over() == 1);
    CHECK(guest.wait(run).exit_reason == "ended by signal 9");
    CHECK_FALSE(is_alive(guest.files.pid_in("half")));
    CHECK(is_alive(guest.files.pid_in("whole")));
    CHECK(guest.runner.clear_left_over() == 0);
    ::kill(guest.files.pid_in("whole"), SIGKILL);
    CHECK(guest.until([&] { return processes_of(guest.files.dir()) == 0; }));
}
