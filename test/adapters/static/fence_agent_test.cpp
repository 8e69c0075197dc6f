// Agents of every temper: who hangs, lies, fails, or may not be asked twice at once.
#include "test/adapters/static/lab.hpp"

#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <algorithm>
#include <fstream>

using namespace cpe;
using namespace cpe::static_hosts;
using namespace cpe::static_hosts::test;

namespace {

std::shared_ptr<FenceAgent> asked(Lab& lab, const Fencing& fencing) {
    return std::make_shared<FenceAgent>(lab.loop.get_executor(), fencing, lab.limits);
}

Result<> switch_to(Lab& lab, const Fencing& fencing, Power power) {
    return lab.await(FenceAgent::switch_to(asked(lab, fencing), power, key("web")));
}

}  // namespace

TEST_CASE("a machine is switched off and on, and each is confirmed") {
    Lab lab;
    lab.set_state("web", "on");
    const auto agent = asked(lab, lab.fencing(lab.good_agent()));
    CHECK(lab.await(FenceAgent::status(agent, key("web"), Urgency::now)).value() == Power::on);
    CHECK(lab.await(FenceAgent::switch_to(agent, Power::off, key("web"))).has_value());
    CHECK(lab.state("web") == "off\n");
    CHECK(lab.await(FenceAgent::status(agent, key("web"), Urgency::now)).value() == Power::off);
    CHECK(lab.await(FenceAgent::switch_to(agent, Power::on, key("web"))).has_value());
    CHECK(lab.read("calls") == "status web\noff web\nstatus web\nstatus web\non web\nstatus web\n");
}

TEST_CASE("a slow machine is asked until it has switched") {
    Lab lab;
    lab.set_state("web", "on");
    const auto slow = lab.agent("slow",
                                "[ $action = status ] || exit 0\n"
                                "[ $(grep -c status calls) -lt 4 ] || exit 2");
    CHECK(switch_to(lab, lab.fencing(slow), Power::off).has_value());
}

TEST_CASE("an agent that lies about its success is not believed") {
    Lab lab;
    const auto liar = lab.agent("liar", "exit 0");  // status 0: it is on
    const auto off = switch_to(lab, lab.fencing(liar), Power::off);
    REQUIRE_FALSE(off.has_value());
    CHECK(off.error().code == Errc::timed_out);
    CHECK(off.error().line() ==
          "fence_liar, off of plug 'web': it said that it was done, but its status is not 'off' "
          "(look at the machine and at its fence device)");
    CHECK(lab.read("calls") ==
          "off web\nstatus web\nstatus web\nstatus web\nstatus web\nstatus "
          "web\n");
}

TEST_CASE("an agent that fails says why, without its secrets") {
    Lab lab;
    const auto fails =
        lab.agent("fails", "echo \"Failed: login with $input\" | tr '\\n' ' '; exit 1");
    const auto off = switch_to(lab, lab.fencing(fails), Power::off);
    REQUIRE_FALSE(off.has_value());
    CHECK(off.error().code == Errc::unavailable);
    CHECK(off.error().line() ==
          "fence_fails, off of plug 'web': it exited with 1: Failed: login "
          "with password=*** action=off plug=web");
}

TEST_CASE("an agent whose state cannot be asked confirms nothing") {
    Lab lab;
    const auto mute = lab.agent("mute", "[ $action != status ] || exit 1");
    const auto off = switch_to(lab, lab.fencing(mute), Power::off);
    REQUIRE_FALSE(off.has_value());
    CHECK(off.error().line() == "fence_mute, status of plug 'web': it exited with 1");
}

TEST_CASE("an agent that hangs is given up and killed") {
    Lab lab;
    const auto hangs = lab.agent("hangs", "sleep 1000003");
    auto fencing = lab.fencing(hangs);
    fencing.action_timeout = Millis{300};
    const auto off = switch_to(lab, fencing, Power::off);
    REQUIRE_FALSE(off.has_value());
    CHECK(off.error().code == Errc::timed_out);
    CHECK(off.error().line() ==
          "fence_hangs, off of plug 'web': it did not end within its time limit, and was killed");
    CHECK(lab.until([] { return processes_with("1000003") == 0; }));
}

TEST_CASE("an agent that is missing, or whose options others may read, does nothing") {
    Lab lab;
    auto fencing = lab.fencing(lab.folder / "fence_none");
    const auto off = switch_to(lab, fencing, Power::off);
    CHECK(off.error().line() ==
          "fence_none, off of plug 'web': cannot start it: No such file or "
          "directory (is it installed (package fence-agents)?)");
    CHECK(check_fencing(fencing).error().code == Errc::unavailable);
    fencing.program = lab.good_agent();
    CHECK(check_fencing(fencing).has_value());
    ::chmod(fencing.options_file.c_str(), 0644);
    CHECK(switch_to(lab, fencing, Power::off).error().code == Errc::not_allowed);
    CHECK(check_fencing(fencing).error().code == Errc::not_allowed);
    CHECK(lab.read("calls").empty());
}

TEST_CASE("a device is asked by as many at once as it bears, the urgent first") {
    Lab lab;
    const auto slow = lab.agent("slow",
                                "mkdir busy.$$; sleep 0.2\n"
                                "[ $(ls -d busy.* | wc -l) = 1 ] || touch overlapped\n"
                                "rmdir busy.$$");
    const auto agent = asked(lab, lab.fencing(slow));
    std::vector<std::string> order;
    const auto look = [&](const std::string& name, Urgency urgency) {
        boost::asio::co_spawn(
            lab.loop, FenceAgent::status(agent, key(name), urgency),
            [&, name](const std::exception_ptr&, const Result<Power>&) { order.push_back(name); });
    };
    look("first", Urgency::when_idle);
    look("idle1", Urgency::when_idle);
    look("idle2", Urgency::when_idle);
    look("fence", Urgency::now);
    REQUIRE(lab.until([&] { return order.size() == 4; }));
    CHECK(order == std::vector<std::string>{"first", "fence", "idle1", "idle2"});
    CHECK_FALSE(std::filesystem::exists(lab.folder / "overlapped"));

    SECTION("and by more where the options say so") {
        lab.options("pcmk_action_limit=3\n");
        for (const auto* name : {"a", "b", "c"}) look(name, Urgency::when_idle);
        REQUIRE(lab.until([&] { return order.size() == 7; }));
        CHECK(std::filesystem::exists(lab.folder / "overlapped"));
    }
}

TEST_CASE("what runs of an agent is killed when it is closed") {
    Lab lab;
    const auto agent = asked(lab, lab.fencing(lab.agent("hangs", "sleep 1000004")));
    std::optional<Result<Power>> outcome;
    boost::asio::co_spawn(lab.loop, FenceAgent::status(agent, key("web"), Urgency::now),
                          [&](const std::exception_ptr&, Result<Power> power) { outcome = power; });
    REQUIRE(lab.until([] { return processes_with("1000004") > 0; }));
    agent->close();
    REQUIRE(lab.until([&] { return outcome.has_value(); }));
    CHECK_FALSE(outcome->has_value());
    CHECK(lab.until([] { return processes_with("1000004") == 0; }));
}
