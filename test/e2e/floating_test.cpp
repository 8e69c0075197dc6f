// Services that belong to no assembly: they move when theirs dies, and only then.
#include "test/e2e/lab.hpp"

#include <catch2/catch.hpp>

#include <csignal>

using namespace cpe::e2e;

namespace {

/// Three guests and what floats over them.
std::string over_three(const std::string& services) {
    return R"(<deployable name="float" uuid="f-1">
  <assemblies>
    <assembly name="a" uuid="f-a"/><assembly name="b" uuid="f-b"/><assembly name="c" uuid="f-c"/>
  </assemblies>
  <services>)" +
           services + R"(</services>
</deployable>)";
}

std::string address_service() {
    return over_three(R"(<service name="vip" class="ocf" type="Dummy" monitor_interval="1s"
                                  prefer="a"/>)");
}

/// One promoted, one that follows.
std::string pair_of_databases() {
    return over_three(R"(<service name="db" class="ocf" provider="pacemaker" type="Stateful"
                                  monitor_interval="1s" instances="2" promotable="true"/>)");
}

/// Names of assemblies: "a" or "b, c".
std::string joined(const boost::json::value& names) {
    std::string text;
    for (const auto& name : names.as_array()) {
        if (!text.empty()) text += ", ";
        text += name.as_string();
    }
    return text;
}

std::string places_of(const Lab& lab, const char* key = "assemblies") {
    const auto status = lab.status("float");
    const auto& service = status.at("services").at(0).as_object();
    const auto* found = service.if_contains(key);
    return found != nullptr ? joined(*found) : "";
}

bool runs_again(const Lab& lab) {
    return eventually([&] { return lab.state_of("float") == "running"; });
}

/// What the agents themselves say: in how many guests it is promoted.
int promoted_copies(const Lab& lab) {
    int copies = 0;
    for (const char* assembly : {"a", "b", "c"}) {
        const auto state =
            lab.inside("float", assembly, "cat /run/Stateful-rsc_db.state 2>/dev/null");
        if (state.out.starts_with("Promoted")) ++copies;
    }
    return copies;
}

}  // namespace

TEST_CASE("a floating service's assembly is killed: fenced, then the service moves", "[e2e]") {
    Lab lab;
    lab.create_running("float", address_service());
    REQUIRE(places_of(lab) == "a");
    REQUIRE(::kill(lab.init_of("float", "a"), SIGKILL) == 0);
    REQUIRE(eventually([&] { return places_of(lab) != "a" && !places_of(lab).empty(); }));
    REQUIRE(runs_again(lab));

    const auto moved_to = places_of(lab);
    CHECK((moved_to == "b" || moved_to == "c"));
    // The proof that the old place is dead stands in the log before the start elsewhere.
    CHECK(lab.cell("select (select min(id) from events where kind = 'fencing' and state = "
                   "'confirmed' and assembly = 'a') < (select id from events where kind = "
                   "'service_state_change' and state = 'starting' and assembly = '" +
                   moved_to + "')") == "1");
    // It stays when the assembly that it would prefer is back.
    REQUIRE(eventually(
        [&] { return lab.cell("select state from assemblies where name = 'a'") == "running"; }));
    CHECK(places_of(lab) == moved_to);
    CHECK(lab.cell("select count(*) from actions where operation = 'start' and status = "
                   "'complete'") == "2");
}

TEST_CASE("a promoted database's assembly is killed: the other one is promoted", "[e2e]") {
    Lab lab;
    lab.create_running("float", pair_of_databases());
    const auto first = places_of(lab, "promoted");
    REQUIRE(first.size() == 1);
    REQUIRE(promoted_copies(lab) == 1);

    REQUIRE(::kill(lab.init_of("float", first), SIGKILL) == 0);
    REQUIRE(eventually([&] {
        const auto now = places_of(lab, "promoted");
        return now.size() == 1 && now != first;
    }));
    REQUIRE(runs_again(lab));
    CHECK(promoted_copies(lab) == 1);
    CHECK(lab.cell("select count(*) from events where kind = 'promotion' and state = 'promoted'") ==
          "2");
}

TEST_CASE("cped is killed: what floats is found where it is, and the promoted one stays", "[e2e]") {
    Lab lab;
    lab.create_running("float", pair_of_databases());
    const auto places = places_of(lab);
    const auto promoted = places_of(lab, "promoted");
    lab.kill_cped();
    lab.start_cped();
    REQUIRE(eventually([&] { return places_of(lab, "promoted") == promoted; }));
    REQUIRE(runs_again(lab));
    CHECK(places_of(lab) == places);
    CHECK(lab.cell("select count(*) from actions where operation in ('stop', 'demote') and status "
                   "<> 'cancelled'") == "0");
    CHECK(lab.cell("select count(*) from actions where operation = 'promote' and status <> "
                   "'cancelled'") == "1");
}
