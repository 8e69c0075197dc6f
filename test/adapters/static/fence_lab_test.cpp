// Guests of test/lab that are really switched off and on through the provider.
#include "test/adapters/static/lab.hpp"
#include "test/lab/guests.hpp"

#include <catch2/catch.hpp>

using namespace cpe;
using namespace cpe::static_hosts;
using namespace cpe::static_hosts::test;

TEST_CASE("a guest is fenced, proven off, and switched on again", "[guests]") {
    const cpe::test::Guests guests(2);
    Lab lab;
    const auto fencing = lab.fencing(cpe::test::Guests::program().parent_path() / "fence_lab");
    lab.options("lab=" + guests.dir().string() + "\npcmk_host_map=web:1;db:2\n");
    lab.open(fencing);
    const auto web = host("web", guests.address(1));
    const auto boot = guests.inside(1, "cat /proc/sys/kernel/random/boot_id").out;
    REQUIRE(lab.start(web).has_value());
    CHECK(guests.inside(1, "cat /proc/sys/kernel/random/boot_id").out == boot);  // adopted

    guests.command({"freeze", "1"});
    CHECK(lab.stop("web")->state == InstanceState::stopped);
    CHECK_THROWS(guests.command({"status", "1"}));
    CHECK(guests.command({"status", "2"}) == "on");
    REQUIRE(lab.start(web).has_value());
    guests.command({"await", "1"});
    CHECK(guests.ssh(1, "true").code == 0);
    CHECK(guests.inside(1, "cat /proc/sys/kernel/random/boot_id").out != boot);
}

TEST_CASE("a guest that nobody can ask about is not proven off", "[guests]") {
    const cpe::test::Guests guests(1);
    Lab lab;
    const auto fencing = lab.fencing(cpe::test::Guests::program().parent_path() / "fence_lab");
    lab.options("lab=" + guests.dir().string() + "\n");  // no map: 'web' is no guest
    lab.open(fencing);
    CHECK(lab.stop("web").error().line() ==
          "fence_lab, off of plug 'web': it exited with 1: fence_lab: plug='web' is no guest");
    CHECK(guests.ssh(1, "true").code == 0);
}
