// What the engine is told of hosts that exist, with and without something that can fence them.
#include "test/adapters/static/lab.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>

using namespace cpe;
using namespace cpe::static_hosts;
using namespace cpe::static_hosts::test;

TEST_CASE("without a fence agent a host is taken as running, and can never be proven down") {
    Lab lab;
    lab.open(std::nullopt);
    const auto report = lab.start(host("web", "10.0.0.1"));
    REQUIRE(report.has_value());
    CHECK(report->state == InstanceState::running);
    CHECK(report->address == "10.0.0.1");
    CHECK(lab.start(host("web", "10.0.0.1")).value() == *report);  // it is adopted
    const auto stopped = lab.stop("web");
    REQUIRE_FALSE(stopped.has_value());
    CHECK(stopped.error().code == Errc::unsupported);
    CHECK(stopped.error().line() ==
          "assembly 'shop/web': provider 'static' cannot fence: it has "
          "no fence agent");
    CHECK(lab.release("web").error().code == Errc::unsupported);
    CHECK(lab.destroy("web").error().code == Errc::unsupported);
    CHECK(lab.destroy("never-seen").error().code == Errc::unsupported);
    CHECK(lab.logged.empty());  // that is as it should be
}

TEST_CASE("a host without an address is refused") {
    Lab lab;
    lab.open(std::nullopt);
    const auto refused = lab.start(host("web", ""));
    CHECK(refused.error().line() ==
          "assembly 'shop/web': it has no address (give it one in the document: provider 'static' "
          "needs it)");
}

TEST_CASE("with a fence agent a host that is off is switched on, one that is on is left alone") {
    Lab lab;
    lab.open(lab.fencing(lab.good_agent()));
    lab.set_state("web", "on");
    CHECK(lab.start(host("web", "10.0.0.1"))->state == InstanceState::running);
    CHECK(lab.read("calls") == "status web\n");
    lab.set_state("db", "off");
    CHECK(lab.start(host("db", "10.0.0.2"))->state == InstanceState::running);
    CHECK(lab.state("db") == "on\n");
}

TEST_CASE("a host is proven down by its fence agent, also by a cped that has not started it") {
    Lab lab;
    lab.open(lab.fencing(lab.good_agent()));
    lab.set_state("web", "on");
    const auto stopped = lab.stop("web");
    REQUIRE(stopped.has_value());
    CHECK(stopped->state == InstanceState::stopped);
    CHECK(lab.state("web") == "off\n");
    CHECK(lab.stop("web")->state == InstanceState::stopped);  // again: it is so already
}

TEST_CASE("a host that is not wanted any more stays on") {
    Lab lab;
    lab.open(lab.fencing(lab.good_agent()));
    lab.set_state("web", "on");
    REQUIRE(lab.start(host("web", "10.0.0.1")).has_value());
    CHECK(lab.release("web").error().code == Errc::unsupported);
    CHECK(lab.destroy("web").error().code == Errc::unsupported);
    CHECK(lab.state("web") == "on\n");
    CHECK(lab.read("calls") == "status web\n");
}

TEST_CASE("a fence that cannot be confirmed is an error each time, not a proof") {
    Lab lab;
    lab.open(lab.fencing(lab.agent("liar", "exit 0")));
    CHECK(lab.stop("web").error().code == Errc::timed_out);
    CHECK(lab.stop("web").error().code == Errc::timed_out);
    CHECK(lab.logged.size() == 2);
    CHECK(lab.logged.front().find("hunter22") == std::string::npos);
}

TEST_CASE("a host whose fence agent cannot be asked still runs") {
    Lab lab;
    lab.open(lab.fencing(lab.agent("broken", "echo no route >&2; exit 1")));
    const auto report = lab.start(host("web", "10.0.0.1"));
    REQUIRE(report.has_value());
    CHECK(report->state == InstanceState::running);
    CHECK(report->reason ==
          "not confirmed: fence_broken, status of plug 'web': it exited with 1: no route");
    CHECK(lab.logged.size() == 1);
}

TEST_CASE("a host that cannot be switched on does not start") {
    Lab lab;
    lab.open(lab.fencing(lab.agent("dead", "[ $action = status ] && exit 2; exit 1")));
    CHECK(lab.start(host("web", "10.0.0.1")).error().code == Errc::unavailable);
}

TEST_CASE("two hosts behind one plug are refused") {
    Lab lab;
    lab.open(lab.fencing(lab.good_agent()));
    lab.set_state("web", "on");
    REQUIRE(lab.start(host("web", "10.0.0.1")).has_value());
    InstanceSpec other{key("web", "other"), "u", {}, {}, "10.0.0.2", 22};
    const auto refused = lab.start(other);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().line() ==
          "assembly 'other/web': its plug 'web' is that of assembly 'shop/web', another host (give "
          "them different plugs with pcmk_host_map)");
    other.address = "10.0.0.1";  // one host in two deployables
    CHECK(lab.start(other).has_value());
    lab.options("pcmk_host_map=other/web:2\n");
    lab.set_state("2", "on");
    other.address = "10.0.0.2";
    CHECK(lab.start(other).has_value());
}

TEST_CASE("commands of one host are carried out in order, those of others beside them") {
    Lab lab;
    lab.options("pcmk_action_limit=8\n");
    auto fencing = lab.fencing(lab.agent("slow",
                                         "sleep 0.2; case $action in\n"
                                         "status) [ \"$(cat $state)\" = on ] || exit 2 ;;\n"
                                         "*) echo $action >$state ;;\nesac"));
    lab.options("pcmk_action_limit=8\n");
    lab.open(fencing);
    lab.set_state("a", "on");
    lab.set_state("b", "on");
    std::vector<std::string> ended;
    lab.provider->stop(key("a"), [&](const auto& done) { ended.push_back(done ? "a off" : "?"); });
    lab.provider->start(host("a", "10.0.0.1"),
                        [&](const auto& done) { ended.push_back(done ? "a on" : "?"); });
    lab.provider->start(host("b", "10.0.0.2"),
                        [&](const auto& done) { ended.push_back(done ? "b on" : "?"); });
    REQUIRE(lab.until([&] { return ended.size() == 3; }));
    CHECK(ended == std::vector<std::string>{"b on", "a off", "a on"});
    CHECK(lab.state("a") == "on\n");
}

TEST_CASE("a host that was switched off by somebody is told once, and so is its return") {
    Lab lab;
    auto fencing = lab.fencing(lab.good_agent());
    fencing.status_interval = Millis{50};
    lab.open(fencing);
    lab.set_state("web", "on");
    lab.set_state("db", "on");
    REQUIRE(lab.start(host("web", "10.0.0.1")).has_value());
    REQUIRE(lab.start(host("db", "10.0.0.2")).has_value());
    lab.set_state("web", "off");
    REQUIRE(lab.until([&] { return !lab.told.empty(); }));
    CHECK(lab.told.front().first == "web");
    CHECK(lab.told.front().second.state == InstanceState::stopped);
    CHECK(lab.told.front().second.instance == "10.0.0.1");
    lab.set_state("web", "on");
    REQUIRE(lab.until([&] { return lab.told.size() > 1; }));
    CHECK(lab.told.back().second.state == InstanceState::running);
    CHECK(lab.told.size() == 2);
}

TEST_CASE("a fence agent that cannot be asked any more makes a host's state unknown, not lost") {
    Lab lab;
    auto fencing = lab.fencing(lab.agent("good", "[ ! -e broken ]"));
    fencing.status_interval = Millis{50};
    lab.open(fencing);
    REQUIRE(lab.start(host("web", "10.0.0.1")).has_value());
    std::ofstream(lab.folder / "broken") << "x";
    REQUIRE(lab.until([&] { return !lab.told.empty(); }));
    CHECK(lab.told.front().second.state == InstanceState::unknown);
}

TEST_CASE("a host that is let go is not looked at any more") {
    Lab lab;
    auto fencing = lab.fencing(lab.good_agent());
    fencing.status_interval = Millis{50};
    lab.open(fencing);
    lab.set_state("web", "on");
    REQUIRE(lab.start(host("web", "10.0.0.1")).has_value());
    REQUIRE_FALSE(lab.release("web").has_value());
    lab.set_state("db", "on");
    REQUIRE(lab.start(host("db", "10.0.0.2")).has_value());
    const auto before = lab.read("calls");
    REQUIRE(lab.until([&] { return lab.read("calls").size() > before.size() + 30; }));
    CHECK(lab.read("calls").substr(before.size()).find("web") == std::string::npos);
}

TEST_CASE("nothing is answered after the provider is dropped, and nothing is left running") {
    Lab lab;
    lab.open(lab.fencing(lab.agent("hangs", "sleep 1000005")));
    bool answered = false;
    lab.provider->stop(key("web"), [&](const auto&) { answered = true; });
    lab.provider->start(host("db", "10.0.0.2"), [&](const auto&) { answered = true; });
    REQUIRE(lab.until([] { return processes_with("1000005") > 0; }));
    lab.close();
    CHECK(lab.until([] { return processes_with("1000005") == 0; }));
    lab.loop.restart();
    lab.loop.run_for(std::chrono::milliseconds(100));
    CHECK_FALSE(answered);
}
