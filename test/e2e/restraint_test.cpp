// What recovery leaves alone: a brake that holds when too much dies at once, and maintenance.
#include "test/e2e/lab.hpp"

#include <catch2/catch.hpp>

#include <boost/json.hpp>

#include <csignal>

using namespace cpe::e2e;

namespace {

std::string four_guests() {
    std::string assemblies;
    for (const char* name : {"a", "b", "c", "d"})
        assemblies += "<assembly name=\"" + std::string(name) + "\" uuid=\"q-" + name +
                      "\"><services><service name=\"s\" class=\"ocf\" type=\"Dummy\" "
                      "monitor_interval=\"1s\"/></services></assembly>";
    return "<deployable name=\"four\" uuid=\"q-1\"><assemblies>" + assemblies +
           "</assemblies></deployable>";
}

/// All at once, as a switch or a host that holds them all would take them.
void kill_all(const Lab& lab) {
    std::vector<int> inits;
    for (const char* name : {"a", "b", "c", "d"}) inits.push_back(lab.init_of("four", name));
    for (const int init : inits) REQUIRE(::kill(init, SIGKILL) == 0);
}

std::string starts(const Lab& lab) {
    return lab.cell(
        "select count(*) from actions where operation = 'start' and status = 'complete'");
}

/// The key `brake` of the deployable's status is there.
bool is_held(const Lab& lab) {
    return lab.status("four").as_object().contains("brake");
}

std::string state_of_guest(const Lab& lab, const std::string& name) {
    return lab.cell("select state from assemblies where name = '" + name + "'");
}

/// The service's state file goes: its next monitor finds it stopped.
void kill_service(const Lab& lab, const std::string& assembly) {
    REQUIRE(
        lab.inside("four", assembly, "rm /run/resource-agents/Dummy-rsc_" + assembly + "_s.state")
            .code == 0);
}

}  // namespace

TEST_CASE("all guests die at once: the brake holds, says so, and lets go by time", "[e2e]") {
    Lab lab("brake: {hold: 8s, window: 8s}");
    lab.create_running("four", four_guests());
    REQUIRE(starts(lab) == "4");
    kill_all(lab);
    REQUIRE(eventually([&] { return is_held(lab); }));
    CHECK(lab.state_of("four") == "degraded");
    const auto status = lab.status("four");
    const auto& brake = status.at("brake");
    CHECK(brake.at("reason").as_string().find("tenant 'default'") != std::string::npos);
    CHECK(brake.at("until").to_number<std::int64_t>() >
          brake.at("since").to_number<std::int64_t>());
    CHECK(lab.ctl({"status", "four"}).out.find("brake on since") != std::string::npos);
    CHECK(lab.cell("select state from events where kind = 'brake'") == "on");
    // It lets go by itself, and all is repaired.
    REQUIRE(eventually([&] { return lab.state_of("four") == "running"; }, Seconds(60)));
    CHECK_FALSE(is_held(lab));
    CHECK(lab.cell("select group_concat(state) from (select state from events where kind = 'brake' "
                   "order by id)") == "on,off");
    CHECK(starts(lab) == "8");
}

TEST_CASE("the brake outlives a killed cped, and a person lets it go", "[e2e]") {
    Lab lab("brake: {hold: 10min}");
    lab.create_running("four", four_guests());
    CHECK(lab.ctl({"deployable", "release", "four"}).code == 1);  // nothing holds it
    kill_all(lab);
    REQUIRE(eventually([&] { return is_held(lab); }));
    lab.kill_cped();
    lab.start_cped();
    REQUIRE(eventually([&] { return is_held(lab); }));
    CHECK(starts(lab) == "4");
    const auto released = lab.ctl({"deployable", "release", "four"});
    INFO(released.err);
    CHECK(released.code == 0);
    REQUIRE(eventually([&] { return lab.state_of("four") == "running"; }, Seconds(60)));
    CHECK(starts(lab) == "8");
    CHECK(lab.cell("select count(*) from events where kind = 'operator' and state = 'release'") ==
          "1");
}

TEST_CASE("a stop by a person is no failure, and a brake does not hold it", "[e2e]") {
    Lab lab("brake: {hold: 10min}");
    lab.create_running("four", four_guests());
    kill_all(lab);
    REQUIRE(eventually([&] { return is_held(lab); }));
    CHECK(lab.ctl({"deployable", "stop", "four"}).code == 0);
    CHECK_FALSE(is_held(lab));
    CHECK(lab.ctl({"deployable", "start", "four"}).code == 0);
    CHECK(lab.state_of("four") == "running");
}

TEST_CASE("an assembly in maintenance is watched and not touched, and repaired after it", "[e2e]") {
    Lab lab;
    lab.create_running("four", four_guests());
    REQUIRE(lab.ctl({"maintenance", "on", "four", "a"}).code == 0);
    CHECK(state_of_guest(lab, "a") == "maintenance");
    kill_service(lab, "a");
    const auto service = [&](const std::string& assembly) {
        return lab.cell("select s.state from services s where s.resource = 'rsc_" + assembly +
                        "_s'");
    };
    REQUIRE(eventually([&] { return service("a") == "failed"; }));
    // The others are repaired meanwhile.
    kill_service(lab, "b");
    REQUIRE(eventually([&] { return starts(lab) == "5"; }));
    CHECK(service("a") == "failed");
    REQUIRE(lab.ctl({"maintenance", "off", "four", "a"}).code == 0);
    REQUIRE(eventually([&] { return starts(lab) == "6"; }));
    REQUIRE(eventually([&] { return lab.state_of("four") == "running"; }));
    CHECK(state_of_guest(lab, "a") == "running");
}

TEST_CASE("a deployable in maintenance: guests may die and cped, too, and all is repaired after it",
          "[e2e]") {
    Lab lab;
    lab.create_running("four", four_guests());
    REQUIRE(lab.ctl({"maintenance", "on", "four"}).code == 0);
    REQUIRE(::kill(lab.init_of("four", "c"), SIGKILL) == 0);
    lab.kill_cped();
    lab.start_cped();
    REQUIRE(eventually([&] { return lab.ctl({"status", "four"}).code == 0; }));
    CHECK(lab.cell("select count(*) from events where kind = 'fencing'") == "0");
    CHECK(starts(lab) == "4");
    REQUIRE(lab.ctl({"maintenance", "off", "four"}).code == 0);
    REQUIRE(eventually([&] { return starts(lab) == "5"; }, Seconds(60)));
    REQUIRE(eventually([&] { return lab.state_of("four") == "running"; }));
    CHECK(
        lab.cell("select count(*) from actions where operation = 'stop' and status = 'complete'") ==
        "0");
}
