// The real thing: fence_dummy of Debian's fence-agents, which keeps its state in a file.
#include "test/adapters/static/lab.hpp"

#include <catch2/catch.hpp>

#include <fstream>

using namespace cpe;
using namespace cpe::static_hosts;
using namespace cpe::static_hosts::test;

TEST_CASE("a host is fenced with Debian's fence_dummy") {
    Lab lab;
    Fencing fencing = lab.fencing("/usr/sbin/fence_dummy");
    lab.options("type=file\nstatus_file=" + (lab.folder / "dummy").string() + "\n");
    REQUIRE(check_fencing(fencing).has_value());
    lab.open(fencing);
    CHECK(lab.start(host("web", "10.0.0.1"))->state == InstanceState::running);  // it was off
    CHECK(lab.read("dummy") == "on");
    CHECK(lab.stop("web")->state == InstanceState::stopped);
    CHECK(lab.read("dummy") == "off");
    CHECK(lab.start(host("web", "10.0.0.1"))->state == InstanceState::running);
    CHECK(lab.read("dummy") == "on");
}

TEST_CASE("a fence_dummy that fails confirms nothing") {
    Lab lab;
    lab.limits.confirmations = 1;
    Fencing fencing = lab.fencing("/usr/sbin/fence_dummy");
    lab.options("type=fail\npower_timeout=1\n");
    lab.open(fencing);
    const auto stopped = lab.stop("web");
    REQUIRE_FALSE(stopped.has_value());
    CHECK(stopped.error().code == Errc::unavailable);
}
