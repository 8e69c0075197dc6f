// The real cpe-agent in a real sandbox, heard over its socket.
#include "adapters/agent/agent_channel.hpp"
#include "lab.hpp"

#include <catch2/catch.hpp>

using namespace cpe;
using namespace cpe::local::test;

namespace {

/// Notes what the guest says.
struct Notes : GuestSink {
    void guest_up(const AssemblyKey&, GuestHello hello) override {
        hellos.push_back(std::move(hello));
    }
    void guest_heartbeat(const AssemblyKey&, std::uint64_t, Millis) override {}
    void guest_gone(const AssemblyKey&, std::string) override {}
    void operation_finished(const AssemblyKey&, OperationResult result) override {
        results.push_back(std::move(result));
    }
    void monitor_reported(const AssemblyKey&, MonitorReport) override {}

    std::vector<GuestHello> hellos;
    std::vector<OperationResult> results;
};

OperationRequest request_for(const char* provider, const char* type, const char* operation) {
    OperationRequest request;
    request.resource = std::string("rsc_web1_") + type;
    request.provider = provider;
    request.type = type;
    request.operation = operation;
    return request;
}

/// Runs one operation; gives its exit code.
int run(Lab& lab, agent::AgentChannel& channel, Notes& notes, OperationRequest request) {
    request.id.value = notes.results.size() + 1;
    const auto before = notes.results.size();
    channel.submit(key("web1"), std::move(request));
    REQUIRE(lab.until([&] { return notes.results.size() > before; }));
    CHECK(notes.results.back().outcome == OperationResult::Outcome::done);
    return notes.results.back().rc;
}

int dummy(Lab& lab, agent::AgentChannel& channel, Notes& notes, const char* operation) {
    return run(lab, channel, notes, request_for("heartbeat", "Dummy", operation));
}

}  // namespace

TEST_CASE("the real agent speaks, works, comes back when killed, and finds a restarted cped") {
    const Folder folder;
    Lab lab(folder.path);
    lab.settings.agent_program = CPE_TEST_AGENT;
    lab.open();
    Notes notes;
    const agent::Settings settings{.paths = lab.settings.paths, .limits = {}, .log = {}};
    auto channel = std::make_unique<agent::AgentChannel>(lab.loop.get_executor(), settings, notes);
    REQUIRE(channel->open(key("web1"), {}));
    const auto report = lab.start("web1");
    REQUIRE(report);
    REQUIRE(lab.until([&] { return notes.hellos.size() == 1; }));
    CHECK(notes.hellos[0].boot_id == report->boot_id);
    CHECK(notes.hellos[0].hostname == "web1");

    CHECK(dummy(lab, *channel, notes, "monitor") == ocf::not_running);
    CHECK(dummy(lab, *channel, notes, "start") == ocf::ok);
    CHECK(dummy(lab, *channel, notes, "monitor") == ocf::ok);

    inside(*report, "pkill -KILL cpe-agent");
    REQUIRE(lab.until([&] { return notes.hellos.size() == 2; }));
    CHECK(notes.hellos[1].boot_id == report->boot_id);
    CHECK(notes.hellos[1].agent_id != notes.hellos[0].agent_id);
    CHECK(dummy(lab, *channel, notes, "monitor") == ocf::ok);  // services are untouched

    channel.reset();  // as at the end of a cped
    lab.close();
    lab.open();
    channel = std::make_unique<agent::AgentChannel>(lab.loop.get_executor(), settings, notes);
    REQUIRE(channel->open(key("web1"), {}));
    REQUIRE(lab.until([&] { return notes.hellos.size() == 3; }));
    CHECK(notes.hellos[2].agent_id == notes.hellos[1].agent_id);
    channel->close(key("web1"));
    REQUIRE(lab.destroy("web1"));
}

TEST_CASE("script_runner is in a sandbox wherever cpe-agent is, and runs scripts of the guest") {
    const Folder folder;
    Lab lab(folder.path);
    lab.settings.agent_program = CPE_TEST_AGENT;
    lab.open();
    Notes notes;
    const agent::Settings settings{.paths = lab.settings.paths, .limits = {}, .log = {}};
    agent::AgentChannel channel(lab.loop.get_executor(), settings, notes);
    REQUIRE(channel.open(key("web1"), {}));
    const auto report = lab.start("web1");
    REQUIRE(report);
    REQUIRE(lab.until([&] { return notes.hellos.size() == 1; }));
    inside(*report, "echo \"echo \\$name > /etc/configured\" > /etc/configure");
    const auto script = [&](const char* operation) {
        auto request = request_for("cpe", "script_runner", operation);
        request.parameters = {{"url", "file:///etc/configure"}, {"name", "blog"}};
        return run(lab, channel, notes, std::move(request));
    };
    CHECK(script("monitor") == ocf::not_running);
    CHECK(script("start") == ocf::ok);
    CHECK(script("monitor") == ocf::ok);
    CHECK(inside(*report, "cat /etc/configured") == "blog");
    CHECK(inside(*report, "touch /run/cpe/lib/ocf/resource.d/cpe/x 2>/dev/null; echo $?") == "1");
    channel.close(key("web1"));
    REQUIRE(lab.destroy("web1"));
}
