// Real agents in real guests: results, time limits, and that nothing is left behind.
#include "test/adapters/ssh/channel_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace cpe;
using namespace cpe::ssh::test;
using Outcome = OperationResult::Outcome;

TEST_CASE("a guest is greeted, and its heart beats", "[ssh]") {
    Fixture f;
    const auto hello = f.up();
    CHECK(hello.hostname == "g1");
    CHECK(hello.monitors.empty());
    CHECK(hello.boot_id.size() > 36);
    CHECK(hello.agent_id.size() == 16);
    CHECK(f.until([&] { return f.sink.heartbeats["g1"] >= 3; }));
}

TEST_CASE("a real agent is started, watched and stopped", "[ssh]") {
    Fixture f;
    f.up();
    auto probe = f.run(f.request("Dummy", "monitor"));
    CHECK(probe.outcome == Outcome::done);
    CHECK(probe.rc == ocf::not_running);
    CHECK(f.run(f.request("Dummy", "start")).rc == ocf::ok);
    auto watch = f.request("Dummy", "monitor");
    watch.interval = Millis{200};
    const auto id = watch.id;
    CHECK(f.run(watch).rc == ocf::ok);
    CHECK(f.until([&] { return f.sink.hashes["g1"] != 0; }));
    f.inside(1, "rm -f /run/resource-agents/Dummy-rsc_Dummy.state");
    REQUIRE(f.until([&] { return !f.sink.reports["g1"].empty(); }));
    const auto report = f.sink.reports["g1"].front();
    CHECK(report.result.rc == ocf::not_running);
    CHECK(report.result.id == id);
    CHECK(report.interval == Millis{200});
    CHECK(f.run(f.request("Dummy", "stop")).rc == ocf::ok);
    CHECK(f.run(f.request("Dummy", "monitor")).rc == ocf::not_running);
}

TEST_CASE("an agent that hangs is killed at its limit, with all that it started", "[ssh]") {
    Fixture f;
    f.agent(1, "hang",
            "setsid sleep 4711 & setsid env -i sleep 4712 & (sleep 4713 &) ; sleep 4714");
    f.up();
    const auto result = f.run(f.request("hang", "start", Millis{500}));
    CHECK(result.outcome == Outcome::timed_out);
    CHECK(result.duration < Millis{4'000});
    CHECK(f.inside(1, "pgrep -c -f 'sleep 471[0-9]'") == "0\n");
    CHECK(f.run(f.request("Dummy", "start")).rc == ocf::ok);
}

TEST_CASE("a service that holds its agent's output delays no result, and lives on", "[ssh]") {
    Fixture f;
    f.agent(1, "daemon", "setsid sleep 4720 & echo started >&2; exit 0");
    f.up();
    const auto result = f.run(f.request("daemon", "start", Millis{10'000}));
    CHECK(result.outcome == Outcome::done);
    CHECK(result.rc == ocf::ok);
    CHECK(result.duration < Millis{3'000});
    f.pass(Millis{500});
    CHECK(f.inside(1, "pgrep -c -f 'sleep 472[0]'") == "1\n");
    // The shell that started it is given up after a second, for sshd keeps its channel as long as
    // the output is held; what stands must not take the service for something left unfinished.
    f.pass(Millis{1'500});
    CHECK(f.run(f.request("Dummy", "monitor")).rc == ocf::not_running);
    CHECK(f.run(f.request("Dummy", "start")).rc == ocf::ok);
    f.pass(Millis{500});
    CHECK(f.inside(1, "pgrep -c -f 'sleep 472[0]'") == "1\n");
}

TEST_CASE("what a monitor leaves behind with its output is ended", "[ssh]") {
    Fixture f;
    f.agent(1, "forks", "setsid sleep 4730 & env -i sleep 4731 & echo seen >&2; exit 0");
    f.up();
    const auto result = f.run(f.request("forks", "monitor", Millis{10'000}));
    CHECK(result.outcome == Outcome::done);
    CHECK(result.rc == ocf::ok);
    CHECK(result.duration < Millis{3'000});
    CHECK(f.until([&] { return f.inside(1, "pgrep -c -f 'sleep 473[0]'") == "0\n"; }));
    CHECK(f.run(f.request("Dummy", "start")).rc == ocf::ok);
    CHECK(f.sink.gone["g1"].empty());
}

TEST_CASE("services that hold their agents' output use up no channel", "[ssh]") {
    Fixture f;
    f.agent(1, "daemon", "setsid sleep 4721 & exit 0");
    f.up();
    std::vector<OperationId> ids;
    for (int i = 0; i < 30; ++i) {
        auto start = f.request("daemon", "start", Millis{60'000});
        start.resource = "rsc_" + std::to_string(i);
        ids.push_back(f.begin(start));
    }
    for (const auto id : ids) CHECK(f.wait(id).rc == ocf::ok);
    CHECK(f.run(f.request("Dummy", "start")).rc == ocf::ok);
    CHECK(f.inside(1, "pgrep -c -f 'sleep 472[1]'") == "30\n");
    CHECK(f.sink.gone["g1"].empty());
}

TEST_CASE("a user that sudo makes root will do", "[ssh]") {
    Fixture f(1, {}, [](cpe::ssh::Settings& settings) { settings.username = "operator1"; });
    f.agent(1, "hang", "setsid sleep 4771 & sleep 4772");
    const auto made =
        f.guests.inside(1, "useradd -m -s /bin/sh -p '*' operator1 && mkdir -p /etc/sudoers.d");
    CAPTURE(made.out);
    REQUIRE(made.code == 0);
    SECTION("where it may") {
        f.inside(1, "echo 'operator1 ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/one");
        f.up();
        CHECK(f.run(f.request("Dummy", "start")).rc == ocf::ok);
        CHECK(f.run(f.request("Dummy", "monitor")).rc == ocf::ok);
        CHECK(f.run(f.request("hang", "start", Millis{500})).outcome == Outcome::timed_out);
        CHECK(f.inside(1, "pgrep -c -f 'sleep 477[0-9]'") == "0\n");
    }
    SECTION("and is told where it may not") {
        f.open(1);
        REQUIRE(f.until([&] { return !f.sink.refused["g1"].empty(); }));
        CAPTURE(f.sink.refused["g1"].front().first);
        CHECK(f.sink.refused["g1"].front().first.find("sudo: a password is required") !=
              std::string::npos);
    }
}

TEST_CASE("an account whose shell runs nothing is refused, with what it says", "[ssh]") {
    Fixture f(1, {}, [](cpe::ssh::Settings& settings) { settings.username = "operator2"; });
    f.inside(1, "useradd -m -s /usr/sbin/nologin -p '*' operator2");
    f.open(1);
    REQUIRE(f.until([&] { return !f.sink.refused["g1"].empty(); }));
    const auto& why = f.sink.refused["g1"].front().first;
    CAPTURE(why);
    CHECK(why.find("account is currently not available") != std::string::npos);
    CHECK(why.find("login shell") != std::string::npos);
}

TEST_CASE("a guest that loses the tool that we run by is refused, not given up", "[ssh]") {
    Fixture f;
    f.up();
    f.inside(1, "mv /usr/bin/timeout /usr/bin/elsewhere; pkill -KILL -f 'sshd: root@notty'");
    REQUIRE(f.until([&] { return !f.sink.refused["g1"].empty(); }));
    CHECK(f.sink.refused["g1"].front().first.find("timeout: not found") != std::string::npos);
}

TEST_CASE("of fifty megabytes the end is kept", "[ssh]") {
    Fixture f;
    f.agent(1, "loud",
            "yes 'a long line of nothing in particular' | head -c 50000000 >&2; echo >&2; "
            "echo 'ocf-exit-reason:all said' >&2; exit 1");
    f.up();
    const auto result = f.run(f.request("loud", "start"));
    CHECK(result.outcome == Outcome::done);
    CHECK(result.rc == ocf::unknown_error);
    CHECK(result.exit_reason == "all said");
    CHECK(result.output.size() <= max_operation_output);
    CHECK(result.output.size() > max_operation_output / 2);
}

TEST_CASE("a missing agent is not installed", "[ssh]") {
    Fixture f;
    f.up();
    const auto result = f.run(f.request("absent", "start"));
    CHECK(result.rc == ocf::not_installed);
    CHECK(result.exit_reason.find("nasty/absent") != std::string::npos);
}

namespace {

const char* const standing_shell =
    "for at in /proc/[0-9]*; do [ \"$(cat $at/comm 2>/dev/null)\" = cpe-attend ] && "
    "echo ${at#/proc/}; done; true";

/// A monitor that has been run, and a second one that hangs; asks for no more.
OperationId hang_in(Fixture& f) {
    f.agent(1, "hang",
            "[ -e /run/ill ] || exit 0; setsid sleep 4781 & (sleep 4782 &) ; sleep 4783");
    f.up();
    CHECK(f.run(f.request("hang", "monitor")).rc == ocf::ok);
    f.inside(1, "touch /run/ill");
    const auto id = f.begin(f.request("hang", "monitor", Millis{60'000}));
    CHECK(f.until([&] { return f.inside(1, "pgrep -c -f 'sleep 478[0-9]'") == "3\n"; }));
    return id;
}

}  // namespace

TEST_CASE("monitors share a shell that stands", "[ssh]") {
    Fixture f;
    f.up();
    f.run(f.request("Dummy", "monitor"));
    const auto shell = f.inside(1, standing_shell);
    CHECK(std::count(shell.begin(), shell.end(), '\n') == 1);
    for (int i = 0; i < 40; ++i) CHECK(f.run(f.request("Dummy", "monitor")).rc == 7);
    CHECK(f.inside(1, standing_shell) == shell);
    SECTION("and no dead process of theirs stays") {
        CHECK(f.until([&] { return f.inside(1, "ps -e -o stat= | grep -c Z; true") == "0\n"; }));
    }
    SECTION("that ends with the session") {
        f.channel->close(Fixture::key(1));
        CHECK(f.until([&] { return f.inside(1, standing_shell).empty(); }));
    }
}

TEST_CASE("a shell that dies is replaced, and what it ran has a clear end", "[ssh]") {
    Fixture f;
    const auto id = hang_in(f);
    SECTION("killed") {
        f.inside(1, std::string("kill -KILL $(") + standing_shell + ")");
        const auto lost = f.wait(id);
        CHECK(lost.outcome == Outcome::lost);
        CHECK(lost.exit_reason.find("KILL") != std::string::npos);
    }
    SECTION("together with all shells of its runs") {
        f.inside(1, "pkill -KILL -f 'sh -s cpe-ssh'");
        CHECK(f.wait(id).outcome == Outcome::lost);
    }
    CHECK(f.run(f.request("Dummy", "monitor")).rc == ocf::not_running);
    CHECK(f.until([&] { return f.inside(1, "pgrep -c -f 'sleep 478[0-9]'") == "0\n"; }));
    CHECK(f.sink.gone["g1"].empty());
}

TEST_CASE("a shell that does not answer is replaced, and nothing of it is left", "[ssh]") {
    Fixture f;
    hang_in(f);
    f.inside(1, std::string("kill -STOP $(") + standing_shell + ")");
    auto more = f.request("Dummy", "monitor", Millis{500});
    const auto late = f.run(more);
    CHECK(late.outcome == Outcome::timed_out);
    CHECK(f.sink.results.size() ==
          3);  // ... nor is there any news of the first but that it is lost
    CHECK(f.run(f.request("Dummy", "monitor")).rc == ocf::not_running);
    CHECK(f.until([&] { return f.inside(1, "pgrep -c -f 'sleep 478[0-9]'") == "0\n"; }));
    CHECK(f.until([&] {
        const auto shells = f.inside(1, standing_shell);
        return std::count(shells.begin(), shells.end(), '\n') == 1;
    }));
}

TEST_CASE("a monitor that is killed delays no other", "[ssh]") {
    Fixture f;
    f.agent(1, "hang", "setsid sleep 4791 & (sleep 4792 &) ; sleep 4793");
    f.up();
    const auto id = f.begin(f.request("hang", "monitor", Millis{1'000}));
    while (!f.sink.results.contains(id.value))
        CHECK(f.run(f.request("Dummy", "monitor")).duration < Millis{2'500});
    CHECK(f.wait(id).outcome == Outcome::timed_out);
    CHECK(f.inside(1, "pgrep -c -f 'sleep 479[0-9]'") == "0\n");
}

TEST_CASE("a monitor that writes without an end of line delays no other", "[ssh]") {
    Fixture f;
    f.agent(1, "loud", "head -c 3000000 /dev/zero | tr '\\0' x >&2; exit 0");
    f.up();
    const auto id = f.begin(f.request("loud", "monitor"));
    while (!f.sink.results.contains(id.value))
        CHECK(f.run(f.request("Dummy", "monitor")).rc == ocf::not_running);
    CHECK(f.wait(id).rc == ocf::ok);
    CHECK(f.sink.gone["g1"].empty());
}
