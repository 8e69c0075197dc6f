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

/// A sandbox "web1" with the real agent, which is heard.
struct Guest {
    Guest() {
        lab.settings.agent_program = CPE_TEST_AGENT;
        lab.open();
        listen();
        const auto started = lab.start("web1");
        REQUIRE(started);
        report = *started;
        REQUIRE(lab.until([&] { return notes.hellos.size() == 1; }));
    }
    void listen() {
        const agent::Settings settings{.paths = lab.settings.paths, .limits = {}, .log = {}};
        channel = std::make_unique<agent::AgentChannel>(lab.loop.get_executor(), settings, notes);
        REQUIRE(channel->open(key("web1"), {}));
    }
    /// Runs one operation; gives its exit code.
    int run(OperationRequest request) {
        request.id.value = notes.results.size() + 1;
        const auto before = notes.results.size();
        channel->submit(key("web1"), std::move(request));
        REQUIRE(lab.until([&] { return notes.results.size() > before; }));
        CHECK(notes.results.back().outcome == OperationResult::Outcome::done);
        return notes.results.back().rc;
    }
    int dummy(const char* operation) { return run(request_for("heartbeat", "Dummy", operation)); }
    void end() {
        channel->close(key("web1"));
        REQUIRE(lab.destroy("web1"));
    }

    Folder folder;
    Lab lab{folder.path};
    Notes notes;
    std::unique_ptr<agent::AgentChannel> channel;
    InstanceReport report;
};

}  // namespace

TEST_CASE("the real agent speaks, works, comes back when killed, and finds a restarted cped") {
    Guest guest;
    const auto& hellos = guest.notes.hellos;
    CHECK(hellos[0].boot_id == guest.report.boot_id);
    CHECK(hellos[0].hostname == "web1");

    CHECK(guest.dummy("monitor") == ocf::not_running);
    CHECK(guest.dummy("start") == ocf::ok);
    CHECK(guest.dummy("monitor") == ocf::ok);

    inside(guest.report, "pkill -KILL cpe-agent");
    REQUIRE(guest.lab.until([&] { return hellos.size() == 2; }));
    CHECK(hellos[1].boot_id == guest.report.boot_id);
    CHECK(hellos[1].agent_id != hellos[0].agent_id);
    CHECK(guest.dummy("monitor") == ocf::ok);  // services are untouched

    guest.channel.reset();  // as at the end of a cped
    guest.lab.close();
    guest.lab.open();
    guest.listen();
    REQUIRE(guest.lab.until([&] { return hellos.size() == 3; }));
    CHECK(hellos[2].agent_id == hellos[1].agent_id);
    guest.end();
}

TEST_CASE("script_runner is in a sandbox wherever cpe-agent is, and runs scripts of the guest") {
    Guest guest;
    const auto in_guest = [&](const char* command) { return inside(guest.report, command); };
    in_guest("echo \"echo \\$name > /etc/configured\" > /etc/configure");
    const auto script = [&](const char* operation) {
        auto request = request_for("cpe", "script_runner", operation);
        request.parameters = {{"url", "file:///etc/configure"}, {"name", "blog"}};
        return guest.run(std::move(request));
    };
    CHECK(script("monitor") == ocf::not_running);
    CHECK(script("start") == ocf::ok);
    CHECK(script("monitor") == ocf::ok);
    CHECK(in_guest("cat /etc/configured") == "blog");
    CHECK(in_guest("touch /run/cpe/lib/ocf/resource.d/cpe/x 2>/dev/null; echo $?") == "1");
    guest.end();
}
