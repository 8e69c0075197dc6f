// Services of every class, with real agents, init scripts and units.
#include "test/adapters/ssh/channel_fixture.hpp"

#include <catch2/catch.hpp>

using namespace cpe;
using namespace cpe::ssh::test;
using Outcome = OperationResult::Outcome;

namespace {

OperationRequest of(Fixture& f, AgentClass agent_class, const std::string& type,
                    const std::string& operation) {
    auto request = f.request(type, operation);
    request.agent_class = agent_class;
    request.provider.clear();
    return request;
}

const char* const init_script =
    "case $1 in start) touch /run/old-up;; stop) rm -f /run/old-up;; "
    "status) [ -e /run/old-up ] || exit 3;; *) exit 3;; esac";

void install(Fixture& f, const std::string& file, const std::string& text) {
    std::string quoted = "'";
    for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    REQUIRE(f.guests.inside(1, "printf %s " + quoted + "' >" + file + "; chmod 755 " + file).code ==
            0);
}

}  // namespace

TEST_CASE("an init script is started, watched and stopped", "[ssh]") {
    Fixture f;
    install(f, "/etc/init.d/old", std::string("#!/bin/sh\n") + init_script + "\n");
    f.up();
    const auto rc = [&](const char* operation) {
        return f.run(of(f, AgentClass::lsb, "old", operation)).rc;
    };
    CHECK(rc("monitor") == ocf::not_running);
    CHECK(rc("start") == ocf::ok);
    CHECK(rc("monitor") == ocf::ok);
    CHECK(rc("stop") == ocf::ok);
    CHECK(rc("monitor") == ocf::not_running);
    CHECK(f.run(of(f, AgentClass::systemd, "old", "start")).rc == ocf::not_installed);
    CHECK(f.run(of(f, AgentClass::lsb, "none", "start")).rc == ocf::not_installed);
}

TEST_CASE("units are started, watched and stopped by what systemd says of them", "[ssh]") {
    Fixture f(1, {"--init", "systemd"});
    const std::string units = "/etc/systemd/system/";
    install(f, units + "good.service", "[Service]\nExecStart=/bin/sleep 4751\n");
    install(f, units + "missing.service", "[Service]\nExecStart=/no/such/program\n");
    install(f, units + "short.service", "[Service]\nExecStart=/bin/false\n");
    f.inside(1, "systemctl daemon-reload");
    f.up();
    const auto agent_class = GENERATE(AgentClass::systemd, AgentClass::lsb);
    const auto run = [&](const char* type, const char* operation) {
        return f.run(of(f, agent_class, type, operation));
    };
    CHECK(run("good", "monitor").rc == ocf::not_running);
    CHECK(run("good", "start").rc == ocf::ok);
    CHECK(run("good", "monitor").rc == ocf::ok);
    f.inside(1, "pkill -KILL -f 'sleep 475[1]'");
    const auto dead = run("good", "monitor");
    CHECK(dead.rc == ocf::not_running);
    CHECK(dead.exit_reason.find("result signal") != std::string::npos);
    CHECK(run("good", "start").rc == ocf::ok);
    CHECK(run("good", "stop").rc == ocf::ok);
    CHECK(run("good", "monitor").rc == ocf::not_running);
    const auto missing = run("missing", "start");
    CHECK(missing.rc == ocf::unknown_error);
    CHECK(missing.exit_reason.find("exit status 203") != std::string::npos);
    CHECK(run("short", "start").rc == ocf::unknown_error);
    CHECK(run("none", "start").rc == ocf::not_installed);
    CHECK(run("none", "monitor").rc == ocf::not_installed);
}

TEST_CASE("a promotable agent is promoted and demoted", "[ssh]") {
    Fixture f;
    f.up();
    const auto rc = [&](const char* operation) {
        return f.run(f.request("Stateful", operation)).rc;
    };
    CHECK(rc("start") == ocf::ok);
    CHECK(rc("promote") == ocf::ok);
    CHECK(rc("monitor") == ocf::running_promoted);
    CHECK(rc("demote") == ocf::ok);
    CHECK(rc("monitor") == ocf::ok);
    CHECK(rc("stop") == ocf::ok);
}

TEST_CASE("meta-data comes whole", "[ssh]") {
    Fixture f;
    f.up();
    const auto result = f.run(f.request("Dummy", "meta-data"));
    CHECK(result.rc == ocf::ok);
    CHECK(result.output.find("<?xml") == 0);
    CHECK(result.output.find("</resource-agent>") != std::string::npos);
}

TEST_CASE("script_runner is brought along, and runs its script with its parameters", "[ssh]") {
    Fixture f;
    install(f, "/root/configure", "#!/bin/sh\necho \"$greeting\" >/root/greeted\n");
    f.up();
    auto start = f.request("script_runner", "start");
    start.provider = "cpe";
    start.parameters = {{"url", "file:///root/configure"}, {"greeting", "it's $HOME;`id`"}};
    const auto result = f.run(start);
    CAPTURE(result.exit_reason, result.output);
    CHECK(result.rc == ocf::ok);
    CHECK(f.inside(1, "cat /root/greeted") == "it's $HOME;`id`\n");
    CHECK(f.inside(1, "stat -c %a /run/cpe/agents") == "700\n");
    auto monitor = start;
    monitor.id = {1'000};
    monitor.operation = "monitor";
    CHECK(f.run(monitor).rc == ocf::ok);
}

TEST_CASE("monitors that hang, fork, shout or are missing delay no other", "[ssh]") {
    Fixture f;
    f.agent(1, "hang", "[ \"$1\" = monitor ] && [ -e /run/ill ] && sleep 3600; exit 0");
    f.agent(1, "fork", "[ -e /run/ill ] && { setsid sleep 4761 & }; exit 0");
    f.agent(1, "loud", "[ -e /run/ill ] && yes | head -c 50000000 >&2; exit 0");
    f.up();
    for (const auto* type : {"hang", "fork", "loud", "Dummy"}) {
        if (std::string(type) == "Dummy") f.run(f.request(type, "start"));
        auto watch = f.request(type, "monitor", Millis{1'500});
        watch.interval = Millis{500};
        CHECK(f.run(watch).rc == ocf::ok);
    }
    f.inside(1, "touch /run/ill");
    REQUIRE(f.until([&] { return !f.sink.reports["g1"].empty(); }));
    f.inside(1, "rm -f /run/resource-agents/Dummy-rsc_Dummy.state");
    REQUIRE(f.until([&] { return f.sink.reports["g1"].size() >= 2; }));
    bool timed_out = false;
    bool not_running = false;
    for (const auto& report : f.sink.reports["g1"]) {
        CAPTURE(report.resource, report.result.rc, report.result.exit_reason);
        if (report.resource == "rsc_hang") {
            timed_out = report.result.outcome == Outcome::timed_out;
            CHECK(report.result.duration < Millis{4'000});
        } else {
            CHECK(report.resource == "rsc_Dummy");
            not_running = report.result.rc == ocf::not_running;
        }
    }
    CHECK(timed_out);
    CHECK(not_running);
}
