#include "test/src/cpe-agent/guest_fixture.hpp"

#include "test/read_small.hpp"

#include <stdlib.h>
#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <stdexcept>

namespace cpe::guest::test {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds patience{30};

void write_script(const fs::path& file, const fs::path& dir, const std::string& body) {
    std::ofstream(file) << "#!/bin/bash\nexport DIR=" << dir.string() << "\n" << body << "\n";
    ::chmod(file.c_str(), 0755);
}

}  // namespace

TempDir::TempDir() {
    std::string name = (fs::temp_directory_path() / "cpe-agent-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name);
    path_ = name;
}

TempDir::~TempDir() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

GuestFiles::GuestFiles() {
    for (const char* name : {"resource.d/nasty", "init.d", "temp", "run"})
        fs::create_directories(dir() / name);
    fs::create_symlink("/usr/lib/ocf/lib", dir() / "lib");
    fs::create_symlink("/usr/lib/ocf/resource.d/heartbeat", dir() / "resource.d/heartbeat");
}

void GuestFiles::ocf_script(const std::string& type, const std::string& body) {
    write_script(dir() / "resource.d/nasty" / type, dir(), body);
}

void GuestFiles::add_init_script(const std::string& type, const std::string& body) {
    write_script(dir() / "init.d" / type, dir(), body);
}

AgentPaths GuestFiles::paths() const {
    return {dir(), dir() / "init.d", dir() / "temp"};
}

pid_t GuestFiles::pid_in(const std::string& file) const {
    pid_t pid = 0;
    std::ifstream(dir() / file) >> pid;
    return pid;
}

GuestFixture::GuestFixture()
    : runner(loop.get_executor(),
             {files.paths(), "guest1", "agent1" + files.dir().filename().string(),
              files.dir() / "run"},
             [this](RunId run, RunEnd end) { ends_[run] = std::move(end); }) {}

RunEnd GuestFixture::run(const OperationRequest& request) {
    return wait(begin(request));
}

RunId GuestFixture::begin(const OperationRequest& request) {
    const RunId run{++last_};
    runner.spawn({run, request});
    return run;
}

RunEnd GuestFixture::wait(RunId run) {
    if (!until([&] { return ends_.contains(run); }))
        throw std::runtime_error("run " + std::to_string(run.value) + " did not end");
    return ends_.at(run);
}

bool GuestFixture::until(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        loop.restart();
        loop.run_one_for(std::chrono::milliseconds(10));
    }
    return true;
}

OperationRequest ocf_agent(const std::string& provider, const std::string& type,
                           const std::string& operation) {
    OperationRequest request;
    request.id = OperationId{1};
    request.resource = "rsc_" + type;
    request.provider = provider;
    request.type = type;
    request.operation = operation;
    return request;
}

OperationRequest nasty(const std::string& type, const std::string& operation) {
    return ocf_agent("nasty", type, operation);
}

OperationRequest init_script(const std::string& type, const std::string& operation) {
    auto request = ocf_agent("", type, operation);
    request.agent_class = AgentClass::lsb;
    return request;
}

bool is_alive(pid_t pid) {
    const std::string text = cpe::test::read_small("/proc/" + std::to_string(pid) + "/stat");
    const auto after = text.rfind(") ");
    return after != std::string::npos && text[after + 2] != 'Z' && text[after + 2] != 'X';
}

std::size_t processes_of(const fs::path& dir) {
    std::size_t count = 0;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator("/proc", error)) {
        const std::string text = cpe::test::read_small(entry.path() / "environ");
        if (text.find(dir.string()) != std::string::npos) ++count;
    }
    return count;
}

}  // namespace cpe::guest::test
