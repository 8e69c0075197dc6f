#include <cpe_test_paths.hpp>

#include "lab.hpp"

#include "adapters/local/names.hpp"
#include "adapters/local/posix.hpp"

#include <catch2/catch.hpp>

#include <sched.h>
#include <sys/stat.h>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace cpe::local::test {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds patience{60};

/// Empty when it cannot be read: processes vanish while one looks.
std::string text_of(const fs::path& file) {
    return read_small(file, std::size_t{16} << 20U).value_or("");
}

std::set<std::string> lines_of(const std::string& text) {
    std::set<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.insert(line);
    return lines;
}

}  // namespace

Folder::Folder(const fs::path& parent) {
    auto name = (parent / "cpe-local-test-XXXXXX").native();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
}

Folder::~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
}

fs::path write_script(const fs::path& file, const std::string& text) {
    std::ofstream(file) << text;
    ::chmod(file.c_str(), 0755);
    return file;
}

AssemblyKey key(const std::string& assembly, const std::string& deployable) {
    return {{"default", deployable}, assembly};
}

std::string output_of(const std::string& command) {
    FILE* pipe = ::popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::string text;
    std::array<char, 4096> buffer{};
    while (const auto got = std::fread(buffer.data(), 1, buffer.size(), pipe))
        text.append(buffer.data(), got);
    const int status = ::pclose(pipe);
    INFO(command << "\n" << text);
    REQUIRE(status == 0);
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}

std::string inside(const InstanceReport& report, const std::string& command) {
    return output_of("nsenter -t " + report.instance + " -a /bin/sh -c '" + command + "' 2>&1");
}

Remains remains(const fs::path& state_dir) {
    Remains found;
    found.mounts = lines_of(text_of("/proc/self/mountinfo"));
    // Others may run beside us: only what bears this state directory's name is ours.
    const auto prefix = interface_prefix(state_dir);
    for (const auto& entry : fs::directory_iterator("/sys/class/net"))
        if (entry.path().filename().native().starts_with(prefix))
            found.interfaces.insert(entry.path().filename());
    for (const auto& entry : fs::directory_iterator("/proc")) {
        const auto words = text_of(entry.path() / "cmdline");
        if (words.find(state_dir.native()) != std::string::npos) found.processes.insert(words);
    }
    for (const auto& entry : fs::recursive_directory_iterator(state_dir))
        found.files.insert(entry.path());
    return found;
}

bool settles(const std::function<bool()>& condition) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until) return false;
        ::sched_yield();
    }
    return true;
}

Lab::Lab(const fs::path& state_dir, const std::string& agent) {
    settings.paths = {state_dir};
    settings.agent_program = write_script(state_dir / "agent.sh", agent);
    settings.sandbox_program = CPE_BIN_DIR "/cpe-sandbox";
    settings.log = [this](LogLevel, std::string_view, std::string_view text) {
        logged.emplace_back(text);
    };
    open();
}

Lab::~Lab() {
    if (!provider) open();
    for (const auto& each : provider->known()) used_.insert(each);
    std::size_t answered = 0;
    for (const auto& each : used_) provider->destroy(each, [&](auto) { ++answered; });
    until([&] { return answered == used_.size(); });
}

void Lab::open() {
    provider = std::make_unique<LocalProvider>(loop.get_executor(), settings);
    provider->set_watch([this](const AssemblyKey& who, InstanceReport report) {
        told.emplace_back(who, std::move(report));
    });
}

bool Lab::until(const std::function<bool()>& condition) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!condition() && std::chrono::steady_clock::now() < until) {
        loop.restart();
        loop.run_one_for(std::chrono::milliseconds(20));
    }
    return condition();
}

Result<InstanceReport> Lab::wait(std::optional<Result<InstanceReport>>& outcome) {
    if (until([&] { return outcome.has_value(); })) return *outcome;
    return Error{Errc::timed_out, "the test has waited in vain", "", ""};
}

Result<InstanceReport> Lab::start(const std::string& assembly) {
    std::optional<Result<InstanceReport>> outcome;
    used_.insert(key(assembly));
    provider->start({key(assembly), "uuid", "", ""}, [&](auto result) { outcome = result; });
    CHECK_FALSE(outcome);  // never from within the call
    return wait(outcome);
}

Result<InstanceReport> Lab::stop(const std::string& assembly) {
    std::optional<Result<InstanceReport>> outcome;
    provider->stop(key(assembly), [&](auto result) { outcome = result; });
    CHECK_FALSE(outcome);
    return wait(outcome);
}

Result<InstanceReport> Lab::destroy(const std::string& assembly) {
    std::optional<Result<InstanceReport>> outcome;
    provider->destroy(key(assembly), [&](auto result) { outcome = result; });
    CHECK_FALSE(outcome);
    return wait(outcome);
}

fs::path Lab::folder_of(const std::string& assembly) const {
    return settings.home().folder() / slug_of(key(assembly));
}

std::string Lab::log_of(const std::string& assembly) const {
    return text_of(folder_of(assembly) / "log");
}

}  // namespace cpe::local::test
