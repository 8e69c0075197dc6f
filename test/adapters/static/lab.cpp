#include "test/adapters/static/lab.hpp"

#include "test/read_small.hpp"

#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

namespace cpe::static_hosts::test {

namespace fs = std::filesystem;
using cpe::test::read_small;

namespace {

constexpr std::chrono::seconds patience{60};

InstanceProvider::Done into(std::optional<Result<InstanceReport>>& outcome) {
    return [&outcome](Result<InstanceReport> done) { outcome = std::move(done); };
}

}  // namespace

AssemblyKey key(const std::string& assembly, const std::string& deployable) {
    return {{"default", deployable}, assembly};
}

InstanceSpec host(const std::string& assembly, const std::string& address) {
    return {key(assembly), "uuid-" + assembly, {}, {}, address, 22};
}

std::size_t processes_with(const std::string& text) {
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator("/proc"))
        if (entry.path().filename().string().find_first_not_of("0123456789") == std::string::npos)
            if (read_small(entry.path() / "cmdline").find(text) != std::string::npos ||
                read_small(entry.path() / "environ").find(text) != std::string::npos)
                ++count;
    return count;
}

Lab::Lab() {
    std::string name = "/var/tmp/cpe-static-test-XXXXXX";
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    folder = name;
    limits.confirm_pause = Millis{20};
}

Lab::~Lab() {
    provider.reset();
    std::error_code ignored;
    fs::remove_all(folder, ignored);
}

fs::path Lab::agent(const std::string& name, const std::string& script) const {
    const auto file = folder / ("fence_" + name);
    std::ofstream(file) << "#!/bin/bash\ncd '" << folder.string() << "'\n"
                        << "input=$(cat)\n"
                        << "action=$(sed -n 's/^action=//p' <<<\"$input\")\n"
                        << "plug=$(sed -n 's/^plug=//p' <<<\"$input\")\n"
                        << "state=state.$plug\n"
                        << "echo \"$action $plug\" >>calls\n"
                        << script << "\n";
    ::chmod(file.c_str(), 0755);
    return file;
}

fs::path Lab::good_agent() const {
    return agent("good",
                 "case $action in\n"
                 "on|off) echo $action >$state ;;\n"
                 "status) [ \"$(cat $state)\" = on ] || exit 2 ;;\n"
                 "*) exit 1 ;;\nesac");
}

fs::path Lab::options(const std::string& text) const {
    const auto file = folder / "options";
    std::ofstream(file) << text;
    ::chmod(file.c_str(), 0600);
    return file;
}

Fencing Lab::fencing(const fs::path& program) const {
    Fencing made;
    made.program = program;
    made.options_file = options();
    made.action_timeout = Millis{10'000};
    made.status_interval = Millis{0};
    return made;
}

void Lab::set_state(const std::string& plug, const std::string& state) const {
    std::ofstream(folder / ("state." + plug)) << state << "\n";
}

std::string Lab::state(const std::string& plug) const {
    return read_small(folder / ("state." + plug));
}

std::string Lab::read(const std::string& name) const {
    return read_small(folder / name);
}

void Lab::open(std::optional<Fencing> with) {
    Settings settings;
    settings.name = "static";
    settings.fencing = std::move(with);
    settings.log = [this](LogLevel, std::string_view, std::string_view line) {
        logged.emplace_back(line);
    };
    settings.limits = limits;
    provider = std::make_unique<StaticProvider>(loop.get_executor(), settings);
    provider->set_watch([this](const AssemblyKey& about, InstanceReport report) {
        told.emplace_back(about.assembly, std::move(report));
    });
}

bool Lab::until(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    loop.restart();
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        if (loop.run_one_for(std::chrono::milliseconds(20)) == 0) loop.restart();
    }
    return true;
}

Result<InstanceReport> Lab::wait(std::optional<Result<InstanceReport>>& outcome) {
    REQUIRE(until([&] { return outcome.has_value(); }));
    return *outcome;
}

Result<InstanceReport> Lab::start(const InstanceSpec& spec) {
    std::optional<Result<InstanceReport>> outcome;
    provider->start(spec, into(outcome));
    return wait(outcome);
}

Result<InstanceReport> Lab::stop(const std::string& assembly) {
    std::optional<Result<InstanceReport>> outcome;
    provider->stop(key(assembly), into(outcome));
    return wait(outcome);
}

Result<InstanceReport> Lab::release(const std::string& assembly) {
    std::optional<Result<InstanceReport>> outcome;
    provider->release(key(assembly), into(outcome));
    return wait(outcome);
}

Result<InstanceReport> Lab::destroy(const std::string& assembly) {
    std::optional<Result<InstanceReport>> outcome;
    provider->destroy(key(assembly), into(outcome));
    return wait(outcome);
}

}  // namespace cpe::static_hosts::test
