// Several cped on one machine, with the defaults.
#include "adapters/local/names.hpp"
#include "lab.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>

using namespace cpe;
using namespace cpe::local::test;
namespace fs = std::filesystem;

TEST_CASE("two state directories work side by side in the same subnet") {
    const Folder one;
    const Folder two;
    Lab first(one.path);
    Lab second(two.path);
    const auto here = first.start("web1");
    const auto there = second.start("web1");
    REQUIRE(here);
    REQUIRE(there);
    CHECK(here->address.starts_with("10.88."));
    CHECK(there->address.starts_with("10.88."));
    CHECK(here->address != there->address);
    CHECK(inside(*here, "hostname -I").find(there->address) == std::string::npos);
    REQUIRE(first.destroy("web1"));
    CHECK(inside(*there, "hostname") == "web1");
    REQUIRE(second.destroy("web1"));
}

TEST_CASE("a slice that another one holds is passed over") {
    const Folder one;
    const Folder two;
    Lab first(one.path);
    Lab second(two.path);
    // Two slices only: the second provider finds the first one's taken, whatever its hash says.
    first.settings.subnet = second.settings.subnet = "10.252.0.0/21";
    first.open();
    second.open();
    const auto here = first.start("web1");
    const auto there = second.start("web1");
    REQUIRE(here);
    REQUIRE(there);
    CHECK(here->address.substr(0, 9) != there->address.substr(0, 9));
    const Folder three;
    Lab third(three.path);
    third.settings.subnet = "10.252.0.0/21";
    third.open();
    const auto none = third.start("web1");
    REQUIRE_FALSE(none);
    CHECK(none.error().line().find("no part of it is free: cpe") != std::string::npos);
    REQUIRE(first.destroy("web1"));
    REQUIRE(second.destroy("web1"));
    REQUIRE(third.destroy("web1"));
}

TEST_CASE("two providers of one state directory share nothing but the agent's folder") {
    const Folder folder;
    Lab one(folder.path);
    Lab spare(folder.path);
    spare.settings.name = "spare";
    spare.open();
    const auto here = one.start("web1");
    const auto there = spare.start("web1");
    REQUIRE(here);
    REQUIRE(there);
    CHECK(here->instance != there->instance);
    CHECK(here->address != there->address);
    inside(*here, "echo here > /srv/whose");
    CHECK(inside(*there, "cat /srv/whose || echo nobody").find("nobody") != std::string::npos);
    // Each finds its own again, and only that.
    spare.close();
    spare.open();
    CHECK(spare.provider->known() == std::vector<AssemblyKey>{key("web1")});
    REQUIRE(one.destroy("web1"));
    CHECK(inside(*there, "hostname") == "web1");
    CHECK(fs::exists(one.settings.paths.agent_dir(key("web1"))));
    REQUIRE(spare.destroy("web1"));
    CHECK_FALSE(fs::exists(one.settings.paths.agent_dir(key("web1"))));
    CHECK_FALSE(fs::exists("/sys/class/net/" + spare.settings.home().bridge()));
}

TEST_CASE("a bridge that somebody removed is made again, and the living are hung onto it") {
    const Folder folder;
    Lab lab(folder.path);
    const auto one = lab.start("one");
    REQUIRE(one);
    output_of("ip link del " + local::bridge_name(folder.path));
    const auto two = lab.start("two");
    REQUIRE(two);
    CHECK(inside(*two, "timeout 5 bash -c \"exec 3<>/dev/tcp/" + one->address + "/9\" || true")
              .find("Connection refused") != std::string::npos);
    REQUIRE(lab.destroy("one"));
    REQUIRE(lab.destroy("two"));
}

TEST_CASE("the bridge of a state directory that was simply deleted does not hold its slice") {
    auto gone = std::make_unique<Folder>();
    const auto bridge = local::bridge_name(gone->path);
    auto first = std::make_unique<Lab>(gone->path);
    first->settings.subnet = "10.251.0.0/22";  // one slice only
    first->settings.agent_program = "/no/such/agent";
    first->open();
    REQUIRE_FALSE(first->start("web1"));
    fs::remove_all(gone->path);
    const Folder folder;
    Lab second(folder.path);
    second.settings.subnet = first->settings.subnet;
    second.open();
    REQUIRE(second.start("web1"));
    CHECK_FALSE(fs::exists("/sys/class/net/" + bridge));
}
