// destroy leaves nothing behind: mounts, interfaces, processes, files.
#include "lab.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <fstream>

using namespace cpe;
using namespace cpe::local::test;
namespace fs = std::filesystem;

TEST_CASE("destroy leaves the machine as it was") {
    const Folder folder;
    Lab lab(folder.path);
    REQUIRE(lab.start("warm-up"));
    REQUIRE(lab.destroy("warm-up"));  // from now on agents/ exists
    const auto before = remains(folder.path);

    const auto one = lab.start("one");
    const auto two = lab.start("two");
    REQUIRE(one);
    REQUIRE(two);
    CHECK(remains(folder.path).mounts == before.mounts);
    inside(*one,
           "mkdir -p /srv/a/b; ln -s / /srv/root; mount -t tmpfs x /srv/a; echo x > /srv/a/y");
    std::ofstream(lab.settings.paths.agent_dir(key("one")) / "agent.sock") << "left over";
    const auto gone = lab.destroy("one");
    REQUIRE(gone);
    CHECK(gone->state == InstanceState::absent);
    CHECK_FALSE(fs::exists(lab.folder_of("one")));
    CHECK(inside(*two, "hostname") == "two");  // the bridge stays for the other
    REQUIRE(lab.destroy("two"));
    CHECK(lab.provider->known().empty());
    CHECK(settles([&] { return remains(folder.path) == before; }));
    CHECK(fs::exists("/etc/passwd"));
    REQUIRE(lab.destroy("two"));  // again: nothing to do
}

TEST_CASE("a sandbox that was killed is destroyed as well") {
    const Folder folder;
    Lab lab(folder.path);
    const auto report = lab.start("web1");
    REQUIRE(report);
    REQUIRE(::kill(std::stoi(report->instance), SIGKILL) == 0);
    REQUIRE(lab.destroy("web1"));
    CHECK_FALSE(fs::exists(lab.folder_of("web1")));
    CHECK_FALSE(fs::exists(lab.settings.paths.agent_dir(key("web1"))));
}

TEST_CASE("dropping the provider in the midst of boots leaves no half sandbox") {
    const Folder folder;
    Lab lab(folder.path);
    for (const char* name : {"a", "b", "c"})
        lab.provider->start({key(name), "", "", ""}, [](auto) { FAIL("called after its end"); });
    REQUIRE(lab.until([&] { return fs::exists(lab.folder_of("a") / "lock"); }));
    lab.close();
    lab.open();
    for (const char* name : {"a", "b", "c"}) {
        const auto report = lab.start(name);
        REQUIRE(report);
        CHECK(inside(*report, "cat /run/cpe/boot_id") == report->boot_id);
        REQUIRE(lab.destroy(name));
    }
    CHECK(output_of("pgrep -fc -- '--state-dir=" + folder.path.native() + "[ ]' || true") == "0");
}
