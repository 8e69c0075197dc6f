// What can be wrong, and what is said about it.
#include <cpe_test_paths.hpp>

#include "lab.hpp"

#include <catch2/catch.hpp>

#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>
#include <fstream>

using namespace cpe;
using namespace cpe::local::test;
namespace fs = std::filesystem;

namespace {

/// The error of a start with those settings; nothing may be left of the attempt but its folder.
Error error_of_start(Lab& lab) {
    lab.open();
    const auto outcome = lab.start("web1");
    REQUIRE_FALSE(outcome);
    INFO(outcome.error().line());
    CHECK(outcome.error().line().find("sandbox 'shop/web1'") == 0);
    CHECK(output_of("pgrep -fc -- '--state-dir=" + lab.settings.paths.state_dir.native() +
                    "[ ]' || true") == "0");
    return outcome.error();
}

}  // namespace

TEST_CASE("a missing agent program is named, and the boot works once it is there") {
    const Folder folder;
    Lab lab(folder.path);
    const auto agent = lab.settings.agent_program;
    lab.settings.agent_program = folder.path / "no-such-agent";
    const auto error = error_of_start(lab);
    CHECK(error.line().find("no-such-agent: cannot open: No such file") != std::string::npos);
    lab.settings.agent_program = agent;
    lab.open();
    REQUIRE(lab.start("web1"));
    REQUIRE(lab.destroy("web1"));
}

TEST_CASE("a missing cpe-sandbox is named") {
    const Folder folder;
    Lab lab(folder.path);
    lab.settings.sandbox_program = "/no/such/cpe-sandbox";
    const auto error = error_of_start(lab);
    CHECK(error.line().find("/no/such/cpe-sandbox: cannot start cpe-sandbox") != std::string::npos);
}

TEST_CASE("a wrong subnet answers every command") {
    const Folder folder;
    Lab lab(folder.path);
    lab.settings.subnet = "10.88.0.0/40";
    lab.open();
    for (const auto& outcome : {lab.start("web1"), lab.stop("web1"), lab.destroy("web1")}) {
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error().code == Errc::invalid_input);
        CHECK(outcome.error().where == "subnet '10.88.0.0/40'");
    }
}

TEST_CASE("a subnet without room for one more guest says so, and has room again after a stop") {
    const Folder folder;
    Lab lab(folder.path);
    lab.settings.subnet = "10.253.253.0/30";
    lab.open();
    const auto only = lab.start("only");
    REQUIRE(only);
    CHECK(only->address == "10.253.253.2");
    const auto full = lab.start("more");
    REQUIRE_FALSE(full);
    CHECK(full.error().line() ==
          "sandbox 'shop/more', subnet slice 10.253.253.0/30: all 1 addresses are in use (stop a "
          "deployable, or set a wider subnet for its provider)");
    REQUIRE(lab.stop("only"));
    REQUIRE(lab.start("more"));
    REQUIRE(lab.destroy("only"));
    REQUIRE(lab.destroy("more"));
}

TEST_CASE("a subnet that the machine uses already is refused by name") {
    const Folder folder;
    Lab lab(folder.path);
    lab.settings.subnet = "127.0.0.0/24";
    const auto error = error_of_start(lab);
    CHECK(error.line().find("lo has 127.0.0.0/8") != std::string::npos);
}

TEST_CASE("a state directory that cannot be written is named") {
    const Folder folder;
    Lab lab(folder.path);
    std::ofstream(lab.settings.paths.local_dir()) << "in the way";
    const auto error = error_of_start(lab);
    CHECK(error.line().find("local: cannot make the folder: Not a directory") != std::string::npos);
    fs::remove(lab.settings.paths.local_dir());
}

TEST_CASE("a set-up that hangs ends at its time limit") {
    const Folder folder;
    Lab lab(folder.path);
    lab.settings.sandbox_program =
        write_script(folder.path / "hang", "#!/bin/sh\nexec sleep 1000002\n");
    lab.settings.limits.network = Millis(50);
    const auto error = error_of_start(lab);
    CHECK(error.what == "its time limit has passed");
    CHECK(output_of("pgrep -f '^sleep 100000[2]$' || true").empty());
    lab.settings.sandbox_program = CPE_BIN_DIR "/cpe-sandbox";
    lab.open();
}

TEST_CASE("too many sandboxes, too many commands") {
    const Folder folder;
    Lab lab(folder.path);
    lab.settings.limits.sandboxes = 1;
    lab.settings.limits.commands_waiting = 2;
    lab.open();
    REQUIRE(lab.start("one"));
    const auto second = lab.start("two");
    REQUIRE_FALSE(second);
    CHECK(second.error().code == Errc::too_large);
    std::vector<bool> outcomes;
    for (int number = 0; number < 3; ++number)
        lab.provider->stop(key("one"), [&](auto outcome) { outcomes.push_back(bool(outcome)); });
    REQUIRE(lab.until([&] { return outcomes.size() == 3; }));
    CHECK(outcomes == std::vector<bool>{false, true, true});
    REQUIRE(lab.destroy("one"));
    REQUIRE(lab.start("two"));
    REQUIRE(lab.destroy("two"));
}

TEST_CASE("a state directory on an overlay is refused with advice") {
    const Folder folder;
    const pid_t child = ::fork();
    if (child == 0) {  // a mount namespace of its own, in which the state directory is an overlay
        for (const char* name : {"lower", "upper", "work", "state"})
            fs::create_directory(folder.path / name);
        const auto options = "lowerdir=" + (folder.path / "lower").native() +
                             ",upperdir=" + (folder.path / "upper").native() +
                             ",workdir=" + (folder.path / "work").native();
        if (::unshare(CLONE_NEWNS) != 0 ||
            ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            ::mount("x", (folder.path / "state").c_str(), "overlay", 0, options.c_str()) != 0)
            ::_exit(2);
        Lab lab(folder.path / "state");
        const auto outcome = lab.start("web1");
        const bool right =
            !outcome && outcome.error().line().find("put state_dir on ext4") != std::string::npos;
        static_cast<void>(lab.destroy("web1"));
        ::_exit(right ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
}

TEST_CASE("without root every command is refused with advice") {
    const Folder folder;
    fs::permissions(folder.path, fs::perms::all);
    const pid_t child = ::fork();
    if (child == 0) {
        if (::setresuid(65534, 65534, 65534) != 0) ::_exit(2);
        Lab lab(folder.path);
        bool right = true;
        for (const auto& outcome : {lab.start("web1"), lab.stop("web1"), lab.destroy("web1")})
            right = right && !outcome && outcome.error().code == Errc::not_allowed &&
                    outcome.error().line().find("run cped as root") != std::string::npos;
        ::_exit(right ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
}
