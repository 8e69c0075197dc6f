#include <cpe_test_paths.hpp>

#include "test/adapters/agent/channel_fixture.hpp"

#include "test/read_small.hpp"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <stdexcept>

namespace cpe::agent::test {

namespace fs = std::filesystem;

void Recorder::guest_up(const AssemblyKey&, GuestHello hello) {
    ups.push_back(std::move(hello));
}
void Recorder::guest_heartbeat(const AssemblyKey&, std::uint64_t hash, Millis) {
    monitors_hash = hash;
    ++heartbeats;
}
void Recorder::guest_gone(const AssemblyKey&, std::string reason) {
    gone.push_back(std::move(reason));
}
void Recorder::guest_stranger(const AssemblyKey&, std::string boot_id, std::string reason) {
    strangers.push_back(boot_id + ": " + reason);
}
void Recorder::operation_finished(const AssemblyKey&, OperationResult result) {
    results.push_back(std::move(result));
}
void Recorder::monitor_reported(const AssemblyKey&, MonitorReport report) {
    reports.push_back(std::move(report));
}

AgentProcess::AgentProcess(const fs::path& socket, const guest::test::GuestFiles& files) {
    const auto dir = files.dir().string();
    std::vector<std::string> words{std::string(CPE_BIN_DIR) + "/cpe-agent",
                                   "--socket",
                                   socket.string(),
                                   "--boot-id-file",
                                   dir + "/boot_id",
                                   "--run-dir",
                                   dir + "/run",
                                   "--ocf-root",
                                   dir,
                                   "--init-dir",
                                   dir + "/init.d",
                                   "--ocf-temp",
                                   dir + "/temp",
                                   "--log-level",
                                   "warning"};
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    if (::posix_spawn(&pid_, words[0].c_str(), nullptr, nullptr, arguments.data(), environ) != 0)
        throw std::runtime_error("cannot start " + words[0]);
}

int AgentProcess::end(int signal) {
    if (pid_ == 0) return 0;
    int status = 0;
    ::kill(pid_, signal);
    ::waitpid(pid_, &status, 0);
    pid_ = 0;
    return status;
}

ChannelFixture::ChannelFixture() {
    set_boot_id("boot1");
}

ChannelFixture::~ChannelFixture() {
    // Whatever a test left in its guest ends with it.
    std::error_code error;
    agent.reset();
    for (const auto& entry : fs::directory_iterator("/proc", error)) {
        const auto pid = std::atoi(entry.path().filename().c_str());
        const std::string text = cpe::test::read_small(entry.path() / "environ");
        if (pid > 0 && text.find("OCF_ROOT=" + files.dir().string()) != std::string::npos)
            ::kill(pid, SIGKILL);
    }
}

fs::path ChannelFixture::socket() const {
    return StatePaths{state.path()}.agent_socket(key);
}

void ChannelFixture::set_boot_id(const std::string& boot_id) const {
    std::ofstream(files.dir() / "boot_id") << boot_id << "\n";
}

void ChannelFixture::open_channel() {
    Settings settings;
    settings.paths.state_dir = state.path();
    settings.heartbeat_interval = Millis{100};
    settings.log = [this](LogLevel, std::string_view component, std::string_view line) {
        log.push_back(std::string(component) + ": " + std::string(line));
    };
    channel = std::make_unique<AgentChannel>(loop.get_executor(), settings, sink);
    const auto opened = channel->open(key, {});
    if (!opened) throw std::runtime_error(opened.error().line());
}

bool ChannelFixture::until(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        loop.restart();
        loop.run_one_for(std::chrono::milliseconds(10));
    }
    return true;
}

OperationResult ChannelFixture::perform(OperationRequest request) {
    const auto id = request.id;
    channel->submit(key, std::move(request));
    if (!until([&] { return has_result(id); }))
        throw std::runtime_error("operation " + std::to_string(id.value) + " has no result");
    return results_of(id).front();
}

std::vector<OperationResult> ChannelFixture::results_of(OperationId id) const {
    std::vector<OperationResult> found;
    for (const auto& result : sink.results)
        if (result.id == id) found.push_back(result);
    return found;
}

OperationRequest numbered(std::uint64_t id, OperationRequest request) {
    request.id = OperationId{id};
    return request;
}

void add_service(guest::test::GuestFiles& files) {
    files.ocf_script("Service",
                     "case $1 in\n"
                     "start) setsid sleep 3600 & echo $! > $DIR/service; echo x >> $DIR/starts;;\n"
                     "stop) kill -9 $(cat $DIR/service); rm -f $DIR/service;;\n"
                     "monitor) [ -e $DIR/service ] || exit 7;;\n"
                     "esac");
}

}  // namespace cpe::agent::test
