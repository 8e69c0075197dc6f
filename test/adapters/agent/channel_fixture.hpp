// A channel on a loop, a sink that writes everything down, and a real cpe-agent to start and kill.
#pragma once

#include "adapters/agent/agent_channel.hpp"
#include "test/src/cpe-agent/guest_fixture.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cpe::agent::test {

struct Recorder : GuestSink {
    std::vector<GuestHello> ups;
    std::vector<std::string> gone;
    std::vector<std::string> strangers;  ///< "BOOT_ID: REASON"
    std::vector<OperationResult> results;
    std::vector<MonitorReport> reports;
    std::uint64_t monitors_hash = 0;
    std::size_t heartbeats = 0;

    void guest_up(const AssemblyKey&, GuestHello hello) override;
    void guest_heartbeat(const AssemblyKey&, std::uint64_t hash, Millis overdue) override;
    void guest_gone(const AssemblyKey&, std::string reason) override;
    void guest_stranger(const AssemblyKey&, std::string boot_id, std::string reason) override;
    void operation_finished(const AssemblyKey&, OperationResult result) override;
    void monitor_reported(const AssemblyKey&, MonitorReport report) override;
};

/// The program, in a process of its own; killed when it goes out of scope.
class AgentProcess {
public:
    AgentProcess(const std::filesystem::path& socket, const guest::test::GuestFiles& files);
    ~AgentProcess() { end(9); }
    AgentProcess(const AgentProcess&) = delete;
    AgentProcess& operator=(const AgentProcess&) = delete;
    /// Sends the signal and reaps it; its exit status.
    int end(int signal);
    [[nodiscard]] pid_t pid() const { return pid_; }

private:
    pid_t pid_ = 0;
};

class ChannelFixture {
public:
    ChannelFixture();
    ~ChannelFixture();

    void open_channel();
    void close_channel() { channel.reset(); }
    void start_agent() { agent = std::make_unique<AgentProcess>(socket(), files); }
    [[nodiscard]] std::filesystem::path socket() const;
    void set_boot_id(const std::string& boot_id) const;

    /// Turns the loop until `condition` holds, at most 30 s; says whether it did.
    bool until(const std::function<bool()>& condition);
    /// Submits and waits for the one result.
    OperationResult perform(OperationRequest request);
    [[nodiscard]] std::vector<OperationResult> results_of(OperationId id) const;
    [[nodiscard]] bool has_result(OperationId id) const { return !results_of(id).empty(); }

    guest::test::GuestFiles files;
    guest::test::TempDir state;
    AssemblyKey key{{"default", "shop"}, "web"};
    boost::asio::io_context loop{1};
    Recorder sink;
    std::vector<std::string> log;
    std::unique_ptr<AgentChannel> channel;
    std::unique_ptr<AgentProcess> agent;
};

[[nodiscard]] OperationRequest numbered(std::uint64_t id, OperationRequest request);
/// A service of the scripts below: "start" leaves a process that writes its pid to $DIR/service.
void add_service(guest::test::GuestFiles& files);

}  // namespace cpe::agent::test
