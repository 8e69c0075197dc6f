// Booting: what start promises.
#include "adapters/local/record.hpp"
#include "lab.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <iostream>

using namespace cpe;
using namespace cpe::local::test;

namespace {

/// Whether a closed port of that address answers by refusing.
bool reaches(const std::string& from, const std::string& address) {
    const auto told =
        output_of(from + "timeout 5 bash -c \"exec 3<>/dev/tcp/" + address + "/9\" 2>&1; true");
    INFO(told);
    return told.find("Connection refused") != std::string::npos;
}

}  // namespace

TEST_CASE("a sandbox boots, is there, and is left alone when it runs") {
    const Folder folder;
    Lab lab(folder.path);
    auto first = lab.start("web1");
    REQUIRE(first);
    CHECK(first->state == InstanceState::running);
    CHECK(first->hostname == "web1");
    CHECK(first->address.starts_with("10.88."));
    CHECK(inside(*first, "hostname") == "web1");
    CHECK(inside(*first, "cat /run/cpe/boot_id") == first->boot_id);
    CHECK(inside(*first, "cat /etc/hostname") == "web1");
    CHECK(inside(*first, "getent hosts web1").starts_with(first->address));
    CHECK(inside(*first, "ip -o -4 addr show dev eth0").find(first->address + "/22") !=
          std::string::npos);
    CHECK(reaches("", first->address));

    const auto again = lab.start("web1");
    REQUIRE(again);
    CHECK(first->anew);
    first->anew = false;  // nothing is booted now
    CHECK(*again == *first);
    REQUIRE(lab.destroy("web1"));
}

TEST_CASE(
    "each boot has another boot id and another address, the disk stays, /run and /tmp do not") {
    const Folder folder;
    Lab lab(folder.path);
    const auto first = lab.start("db");
    REQUIRE(first);
    inside(*first, "echo kept > /var/kept; echo gone > /run/gone; echo gone > /tmp/gone");
    const auto stopped = lab.stop("db");
    REQUIRE(stopped);
    CHECK(stopped->state == InstanceState::stopped);
    const auto second = lab.start("db");
    REQUIRE(second);
    CHECK(second->boot_id != first->boot_id);
    CHECK(second->address != first->address);
    CHECK(second->instance != first->instance);
    CHECK(inside(*second, "cat /var/kept") == "kept");
    CHECK(inside(*second, "ls /run/gone /tmp/gone 2>/dev/null; true").empty());
    CHECK_FALSE(std::filesystem::exists("/var/kept"));
    REQUIRE(lab.destroy("db"));
}

TEST_CASE("guests of one state directory reach each other") {
    const Folder folder;
    Lab lab(folder.path);
    const auto one = lab.start("one");
    const auto two = lab.start("two");
    REQUIRE(one);
    REQUIRE(two);
    CHECK(one->address != two->address);
    CHECK(reaches("nsenter -t " + one->instance + " -a ", two->address));
    REQUIRE(lab.destroy("one"));
    REQUIRE(lab.destroy("two"));
}

TEST_CASE("the agent is started, its output is logged, and it is started again when it ends") {
    const Folder folder;
    Lab lab(folder.path, "#!/bin/sh\necho run $0 $* >&2\nexit 7\n");
    const auto report = lab.start("web1");
    REQUIRE(report);
    CHECK(lab.until([&] {
        return lab.log_of("web1").find("exit code 7; again in 200 ms") != std::string::npos;
    }));
    const auto log = lab.log_of("web1");
    CHECK(log.find("run /run/cpe/bin/cpe-agent --socket /run/cpe/agent/agent.sock\n") !=
          std::string::npos);
    CHECK(log.find("exit code 7; again in 0 ms") < log.find("exit code 7; again in 100 ms"));
    REQUIRE(lab.destroy("web1"));
}

TEST_CASE("one boot takes well under 300 ms, also ten at once") {
    const Folder folder;
    Lab lab(folder.path);
    REQUIRE(lab.start("warm"));
    const auto begin = std::chrono::steady_clock::now();
    REQUIRE(lab.start("timed"));
    const std::chrono::duration<double, std::milli> one = std::chrono::steady_clock::now() - begin;
    std::size_t done = 0;
    const auto many = std::chrono::steady_clock::now();
    for (int number = 0; number < 10; ++number)
        lab.provider->start({key("n" + std::to_string(number)), "", "", ""}, [&](auto result) {
            CHECK(result);
            ++done;
        });
    REQUIRE(lab.until([&] { return done == 10; }));
    const std::chrono::duration<double, std::milli> ten = std::chrono::steady_clock::now() - many;
    std::cout << "one boot: " << one.count() << " ms; ten at once: " << ten.count() << " ms\n";
    CHECK(one.count() < 2'000);  // bounds for a busy machine; the figures are printed
    CHECK(ten.count() < 10'000);
    REQUIRE(lab.destroy("warm"));
    REQUIRE(lab.destroy("timed"));
    for (int number = 0; number < 10; ++number) REQUIRE(lab.destroy("n" + std::to_string(number)));
}
