// Ends: those that are wanted (fencing) and those that happen.
#include "lab.hpp"

#include <catch2/catch.hpp>

#include <sys/types.h>
#include <unistd.h>
#include <csignal>

using namespace cpe;
using namespace cpe::local::test;

namespace {

pid_t pid_of(const InstanceReport& report) {
    return std::stoi(report.instance);
}

bool exists(pid_t pid) {
    return ::kill(pid, 0) == 0;
}

}  // namespace

TEST_CASE("stop proves that everything inside is dead, and may be repeated") {
    const Folder folder;
    Lab lab(folder.path,
            "#!/bin/sh\nsetsid sleep 1000001 &\necho $! > /var/child\nexec sleep 9999\n");
    const auto report = lab.start("web1");
    REQUIRE(report);
    const auto child = [&] { return output_of("pgrep -f '^sleep 100000[1]$' || true"); };
    REQUIRE(lab.until([&] { return !child().empty(); }));
    const auto stopped = lab.stop("web1");
    REQUIRE(stopped);
    CHECK(stopped->state == InstanceState::stopped);
    CHECK(stopped->instance.empty());
    CHECK(stopped->address.empty());
    CHECK(child().empty());
    CHECK_FALSE(exists(pid_of(*report)));
    const auto again = lab.stop("web1");
    REQUIRE(again);
    CHECK(again->state == InstanceState::stopped);
    CHECK(lab.told.empty());  // nobody is told of a wanted end
    REQUIRE(lab.destroy("web1"));
    const auto gone = lab.stop("web1");
    REQUIRE(gone);
    CHECK(gone->state == InstanceState::absent);
    CHECK(lab.provider->known().empty());
}

TEST_CASE("what does not want to end is killed after the grace") {
    const Folder folder;
    Lab lab(folder.path, "#!/bin/sh\ntrap '' TERM\necho ready\nwhile :; do sleep 1000; done\n");
    lab.settings.limits.stop_grace = Millis(50);
    lab.open();
    const auto report = lab.start("web1");
    REQUIRE(report);
    REQUIRE(lab.until([&] { return lab.log_of("web1").find("ready") != std::string::npos; }));
    const auto stopped = lab.stop("web1");
    REQUIRE(stopped);
    CHECK(stopped->state == InstanceState::stopped);
    CHECK_FALSE(exists(pid_of(*report)));
    REQUIRE(lab.destroy("web1"));
}

TEST_CASE("a frozen sandbox is stopped all the same") {
    const Folder folder;
    Lab lab(folder.path);
    lab.settings.limits.stop_grace = Millis(50);
    lab.open();
    const auto report = lab.start("web1");
    REQUIRE(report);
    REQUIRE(::kill(pid_of(*report), SIGSTOP) == 0);
    const auto stopped = lab.stop("web1");
    REQUIRE(stopped);
    CHECK(stopped->state == InstanceState::stopped);
    REQUIRE(lab.destroy("web1"));
}

TEST_CASE("a killed init is told at once, with its reason, and boots again with a new boot id") {
    const Folder folder;
    Lab lab(folder.path);
    const auto report = lab.start("web1");
    REQUIRE(report);
    REQUIRE(::kill(pid_of(*report), SIGKILL) == 0);
    REQUIRE(lab.until([&] { return !lab.told.empty(); }));
    CHECK(lab.told.size() == 1);
    CHECK(lab.told[0].first == key("web1"));
    CHECK(lab.told[0].second.state == InstanceState::stopped);
    CHECK(lab.told[0].second.reason == "its init was killed by signal 9");
    CHECK(lab.told[0].second.address.empty());
    const auto again = lab.start("web1");
    REQUIRE(again);
    CHECK(again->state == InstanceState::running);
    CHECK(again->boot_id != report->boot_id);
    CHECK(again->address != report->address);
    REQUIRE(lab.destroy("web1"));
}

TEST_CASE("a guest that ends itself is told as such") {
    const Folder folder;
    Lab lab(folder.path);
    const auto report = lab.start("web1");
    REQUIRE(report);
    static_cast<void>(std::system(
        ("nsenter -t " + report->instance + " -a /bin/sh -c 'kill -TERM 1' 2>/dev/null").c_str()));
    REQUIRE(lab.until([&] { return !lab.told.empty(); }));
    CHECK(lab.told[0].second.reason == "its init ended with exit code 0");
    REQUIRE(lab.destroy("web1"));
}

TEST_CASE("commands of one assembly are carried out in order") {
    const Folder folder;
    Lab lab(folder.path);
    std::vector<std::string> order;
    const auto note = [&](const char* what) {
        return [&order, what](Result<InstanceReport> outcome) {
            REQUIRE(outcome);
            order.push_back(std::string(what) + " " + std::string(name_of(outcome->state)));
        };
    };
    lab.provider->start({key("web1"), "", "", ""}, note("start"));
    lab.provider->stop(key("web1"), note("stop"));
    lab.provider->start({key("web1"), "", "", ""}, note("start"));
    lab.provider->destroy(key("web1"), note("destroy"));
    lab.provider->stop(key("web1"), note("stop"));
    CHECK(order.empty());
    REQUIRE(lab.until([&] { return order.size() == 5; }));
    CHECK(order == std::vector<std::string>{"start running", "stop stopped", "start running",
                                            "destroy absent", "stop absent"});
}
