// kill -9 of the process that holds the provider: while all is well, and at every stage of a boot.
#include "adapters/local/names.hpp"
#include "lab.hpp"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <csignal>
#include <fstream>

using namespace cpe;
using namespace cpe::local::test;
namespace fs = std::filesystem;

namespace {

/// The driver as a child.
class Driver {
public:
    explicit Driver(const Lab& lab) {
        std::array<int, 2> ends{};
        REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
        pid_ = ::fork();
        if (pid_ == 0) {
            ::dup2(ends[1], STDOUT_FILENO);
            ::execl(CPE_TEST_DRIVER, "driver", lab.settings.paths.state_dir.c_str(),
                    lab.settings.sandbox_program.c_str(), lab.settings.agent_program.c_str(),
                    "web1", nullptr);
            ::_exit(127);
        }
        ::close(ends[1]);
        output_ = ends[0];
    }
    ~Driver() {
        kill();
        ::close(output_);
    }
    Driver(const Driver&) = delete;
    Driver& operator=(const Driver&) = delete;

    void kill() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = 0;
    }
    /// The line that it prints once the assembly runs.
    std::string line() const {
        std::array<char, 256> buffer{};
        const auto got = ::read(output_, buffer.data(), buffer.size());
        REQUIRE(got > 1);
        return {buffer.data(), static_cast<std::size_t>(got - 1)};
    }

private:
    pid_t pid_ = 0;
    int output_ = -1;
};

std::size_t interfaces_of(const Lab& lab) {
    const auto prefix = local::interface_prefix(lab.settings.paths.state_dir);
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator("/sys/class/net"))
        if (entry.path().filename().native().starts_with(prefix)) ++count;
    return count;
}

}  // namespace

TEST_CASE("a sandbox survives the kill -9 of its cped and is adopted") {
    const Folder folder;
    Lab lab(folder.path);
    lab.close();
    Driver driver(lab);
    const auto line = driver.line();
    driver.kill();
    lab.open();
    const auto adopted = lab.start("web1");
    REQUIRE(adopted);
    CHECK(adopted->instance + " " + adopted->address == line);
    CHECK(inside(*adopted, "cat /run/cpe/boot_id") == adopted->boot_id);
    REQUIRE(::kill(std::stoi(adopted->instance), SIGKILL) == 0);
    REQUIRE(lab.until([&] { return !lab.told.empty(); }));
    CHECK(lab.told[0].second.reason == "its init ended");  // how, only the killed cped could know
    REQUIRE(lab.destroy("web1"));
}

TEST_CASE("a crash at any stage of a boot blocks nothing and leaves one sandbox") {
    const Folder folder;
    Lab lab(folder.path);
    lab.close();
    const auto slug_dir = lab.folder_of("web1");
    const auto stage = GENERATE(range(0, 8));
    const auto reached = [&](int number) {
        switch (number) {
            case 0: return true;
            case 1: return interfaces_of(lab) >= 1;  // the bridge
            case 2: return fs::exists(slug_dir);
            case 3: return fs::exists(slug_dir / "lock");
            case 4: return fs::exists(slug_dir / "log");
            case 5: return interfaces_of(lab) >= 2;  // its own
            case 6: return fs::exists(slug_dir / "work/work");
            default: return fs::exists(slug_dir / "instance.json");
        }
    };
    INFO("stage " << stage);
    Driver driver(lab);
    REQUIRE(settles([&] { return reached(stage); }));
    driver.kill();
    lab.open();
    const auto report = lab.start("web1");
    REQUIRE(report);
    CHECK(inside(*report, "cat /run/cpe/boot_id") == report->boot_id);
    CHECK(lab.told.empty());
    CHECK(settles([&] { return interfaces_of(lab) == 2; }));
    REQUIRE(lab.destroy("web1"));
    CHECK(settles([&] { return interfaces_of(lab) == 0; }));
    CHECK(output_of("pgrep -fc -- '--state-dir=" + folder.path.native() + "[ ]' || true") == "0");
}

TEST_CASE("a boot that a killed cped left behind does not touch the sandbox of the next one") {
    const Folder folder;
    Lab lab(folder.path);
    lab.close();
    const auto program = lab.settings.sandbox_program;
    const auto at_work = folder.path / "at-work";
    const auto go = folder.path / "go";
    lab.settings.sandbox_program = write_script(
        folder.path / "late",
        "#!/bin/sh\nif [ $1 = boot ]; then touch " + at_work.native() + "; while ! [ -e " +
            go.native() + " ]; do sleep 0.01; done; fi\nexec " + program.native() + " \"$@\"\n");
    Driver driver(lab);
    REQUIRE(settles([&] { return fs::exists(at_work); }));
    driver.kill();
    lab.settings.sandbox_program = program;
    lab.open();
    const auto report = lab.start("web1");
    REQUIRE(report);
    std::ofstream(go) << "now";
    const auto late = "pgrep -fc -- 'boot .*--state-dir=" + folder.path.native() + "[ ]' || true";
    CHECK(settles([&] { return output_of(late) == "1"; }));  // its init alone
    CHECK(inside(*report, "ip -o -4 addr show dev eth0").find(report->address + "/22") !=
          std::string::npos);
    CHECK(interfaces_of(lab) == 2);
    CHECK(lab.told.empty());
    REQUIRE(lab.destroy("web1"));
}
