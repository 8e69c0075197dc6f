// What a reload promises beyond the golden scripts: memory, windows, records, and what an agent may
// answer when it is asked about itself.
#include "test/engines/deployment/script.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace cpe;
using namespace cpe::test;

namespace {

std::string replaced(std::string text, const std::string& what, const std::string& with) {
    const auto at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), with);
}

std::string without(const std::string& text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    const auto end = text.find(to, at);
    REQUIRE(end != std::string::npos);
    return text.substr(0, at) + text.substr(end + to.size());
}

std::string without_web(const std::string& text) {
    return without(without(text, "<assembly name=\"web\"", "</assembly>"),
                   "<service_dependency id=\"1\"", "/>");
}

std::unique_ptr<Sim> shop() {
    return settled(document_named("shop"));
}

void check_well(Sim& sim) {
    std::string broken;
    for (const auto& line : sim.broken) broken += line + "\n";
    CHECK(broken == "");
    CHECK(sim.status().state == DeployableState::running);
}

std::size_t records(const Sim& sim, const std::string& prefix) {
    std::size_t count = 0;
    for (const auto& [key, value] : sim.store.memory)
        if (key.starts_with(prefix) && !value.empty()) ++count;
    return count;
}

}  // namespace

TEST_CASE("a thousand reloads do not grow the arena") {
    const std::string one = document_named("shop");
    const std::string other =
        replaced(without_web(one), "value=\"sql\"",
                 "value=\"something else that is too long for a small string\"");
    auto sim = shop();
    const auto round = [&] {
        REQUIRE(sim->reload(other).has_value());
        REQUIRE(sim->run_until([&] { return !sim->is_there("web"); }, Millis{60'000}));
        REQUIRE(sim->run_until(DeployableState::running));
        sim->run(Millis{3'000});
        REQUIRE(sim->reload(one).has_value());
        REQUIRE(sim->run_until(DeployableState::running));
        sim->run(Millis{3'000});
        sim->forget();
    };
    for (int i = 0; i < 3; ++i) round();
    const auto bytes = sim->arena_bytes();
    for (int i = 0; i < 500; ++i) round();
    CHECK(sim->arena_bytes() <= bytes);
    CHECK(bytes < 64U << 10U);
    check_well(*sim);
}

TEST_CASE("what a reload is tried with is what its first tick sees, and nothing is touched by it") {
    const std::string now = document_named("shop");
    const auto [what, next] = GENERATE_REF(table<std::string, std::string>(
        {{"nothing", now},
         {"a value", replaced(now, "value=\"sql\"", "value=\"other\"")},
         {"an agent", replaced(now, "provider=\"pacemaker\"", "provider=\"heartbeat\"")},
         {"a service less", without(now, "<service name=\"backup\"", "/>")},
         {"an assembly less", without_web(now)},
         {"an assembly more",
          replaced(
              now, "<assembly name=\"web\"",
              "<assembly name=\"new\" uuid=\"n\"><services><service name=\"n\" class=\"ocf\" "
              "type=\"Dummy\"><parameters><parameter name=\"fake\"><reference assembly=\"new\" "
              "parameter=\"ipaddress\"/></parameter></parameters></service></services>"
              "</assembly><assembly name=\"web\"")}}));
    INFO(what);
    auto sim = shop();
    const bool failing = GENERATE(false, true);
    if (failing) {
        sim->kill_guest("web", true);
        sim->run(Millis{50});
    }
    const auto bytes = sim->arena_bytes();
    const auto tried = sim->reload_cib(next);
    REQUIRE(tried.has_value());
    CHECK(sim->arena_bytes() == bytes);
    const auto ticks = sim->ticks;
    REQUIRE(sim->reload(next).has_value());
    if (failing) return;  // other ticks may come first; that it was made is enough
    REQUIRE(sim->run_until([&] { return sim->ticks > ticks; }, Millis{1'000}));
    CHECK(sim->last_cib() == *tried);
}

TEST_CASE("a reload that would be refused is not tried") {
    auto sim = shop();
    const auto refused =
        sim->reload_cib(replaced(document_named("shop"), "uuid=\"shop-db\"", "uuid=\"x\""));
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == Errc::refused);
}

TEST_CASE("a reload of the same document does nothing but say so, however often") {
    auto sim = shop();
    const auto bytes = sim->arena_bytes();
    for (int i = 0; i < 1000; ++i) {
        REQUIRE(sim->reload(document_named("shop")).has_value());
        sim->run(Millis{10'000});
    }
    CHECK(sim->arena_bytes() == bytes);
    CHECK(sim->count("do run") == 0);
    CHECK(sim->count("nothing is different") == 1000);
    check_well(*sim);
}

TEST_CASE("the document and what is left over are durable together with the answer") {
    auto sim = shop();
    const auto next = without_web(document_named("shop"));
    REQUIRE(sim->reload(next).has_value());
    CHECK(sim->store.stored.document == next);
    CHECK(records(*sim, "leaving web") == 1);
    CHECK(records(*sim, "retired rsc_web_http") == 1);
    REQUIRE(sim->run_until([&] { return !sim->is_there("web"); }, Millis{60'000}));
    sim->run(Millis{1'000});
    for (const char* prefix : {"leaving ", "retired ", "assembly web", "service rsc_web"})
        CHECK(records(*sim, prefix) == 0);
    for (const auto& row : sim->store.stored.status->assemblies) CHECK(row.name != "web");
    for (const auto& row : sim->store.stored.status->services) CHECK(row.name != "http");
    check_well(*sim);
}

TEST_CASE("what leaves is gone through however often cped is killed on the way") {
    const auto pause = GENERATE(range(0, 320, 20));
    INFO("killed every " << pause << " ms");
    auto sim = shop();
    auto next = without(without_web(document_named("shop")), "<service name=\"backup\"", "/>");
    next = replaced(next, "value=\"sql\"", "value=\"other\"");
    REQUIRE(sim->reload(next).has_value());
    for (int i = 0; i < 4; ++i) {
        sim->run(Millis{pause});
        sim->restart_cped();
    }
    REQUIRE(sim->run_until(DeployableState::running));
    sim->run(Millis{3'000});
    CHECK_FALSE(sim->is_there("web"));
    CHECK_FALSE(sim->is_there("rsc_db_backup"));
    CHECK(sim->guest("web").power == FakeGuest::Power::absent);
    CHECK_FALSE(sim->guest("db").running.contains("rsc_db_backup"));
    CHECK(sim->guest("db").given["rsc_db_sql"].find("fake=other") != std::string::npos);
    CHECK(records(*sim, "retired ") + records(*sim, "leaving ") == 0);
    check_well(*sim);
}

TEST_CASE("records of leftovers that cannot be read do no harm") {
    auto sim = shop();
    sim->store.memory["retired rsc_db_x"] = "[]";
    sim->store.memory["retired rsc_db_y"] = R"({"assembly":"nowhere","parameters":[1,["a"]]})";
    sim->store.memory["retired rsc_db_sql"] = R"({"assembly":"db"})";
    sim->store.memory["leaving db"] = "{}";
    sim->store.memory["leaving ghost"] = R"({"uuid":7})";
    sim->restart_cped();
    REQUIRE(sim->run_until(DeployableState::running));
    sim->run(Millis{5'000});
    CHECK_FALSE(sim->is_there("ghost"));
    CHECK(sim->guest("db").running.contains("rsc_db_sql"));
    check_well(*sim);
}

TEST_CASE("a changed escalation limit takes effect, with the failures there were") {
    auto sim = settled(document_named("escalate-2"));
    const auto fail = [&] {
        sim->kill_service("rsc_one_probe");
        REQUIRE(sim->run_until(DeployableState::recovering));
        REQUIRE(sim->run_until(DeployableState::running));
        sim->run(Millis{1'000});
    };
    fail();
    REQUIRE(sim->reload(replaced(document_named("escalate-2"), "escalation_failures=\"2\"",
                                 "escalation_failures=\"3\""))
                .has_value());
    CHECK(sim->status().services.front().failures == 1);
    fail();
    CHECK(sim->count("event escalation") == 0);
    fail();
    CHECK(sim->count("event escalation") == 1);
    fail();
    REQUIRE(sim->reload(replaced(document_named("escalate-2"), "escalation_failures=\"2\"",
                                 "escalation_failures=\"INFINITY\""))
                .has_value());
    CHECK(sim->status().services.front().failures == 0);
    fail();
    fail();
    CHECK(sim->count("event escalation") == 1);
    check_well(*sim);
}

TEST_CASE("a new document tries again what was unrecoverable") {
    Sim sim(document_named("two-services"));
    sim.guest("one").fail_start["rsc_one_bad"] = 6;
    sim.begin();
    sim.start();
    REQUIRE(sim.run_until(DeployableState::degraded));
    sim.guest("one").fail_start.clear();
    REQUIRE(sim.reload(replaced(document_named("two-services"), "name=\"bad\"",
                                "start_timeout=\"9\" name=\"bad\""))
                .has_value());
    CHECK(sim.run_until(DeployableState::running, Millis{5'000}));
    CHECK(sim.guest("one").starts["rsc_one_good"] == 1);
}

TEST_CASE("a retired service whose agent cannot even look for it does not stay for ever") {
    auto sim = settled(document_named("two-services"));
    sim->guest("one").fail_probe["rsc_one_bad"] = 5;
    sim->guest("one").running.erase("rsc_one_bad");
    sim->restart_cped();
    sim->run(Millis{5'000});
    REQUIRE(sim->service("rsc_one_bad") == ServiceState::unrecoverable);
    REQUIRE(sim->reload(without(document_named("two-services"), "<service name=\"bad\"", "/>"))
                .has_value());
    sim->run(Millis{5'000});
    CHECK_FALSE(sim->is_there("rsc_one_bad"));
    check_well(*sim);
}

TEST_CASE("a deployable that is being deleted, or was, takes no new document") {
    auto sim = shop();
    sim->remove();
    const auto refused = sim->reload(document_named("shop"));
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().line() == "deployable 'shop': it is being deleted");
    REQUIRE(sim->run_until([&] { return sim->retired; }, Millis{60'000}));
    CHECK(sim->reload(document_named("shop")).error().code == Errc::not_found);
}

TEST_CASE("delete and stop find what leaves on its way") {
    const auto pause = GENERATE(0, 10, 30, 120, 250);
    INFO(pause);
    auto sim = shop();
    REQUIRE(sim->reload(without_web(document_named("shop"))).has_value());
    sim->run(Millis{pause});
    SECTION("stop, then start") {
        sim->stop();
        REQUIRE(sim->run_until(DeployableState::stopped));
        REQUIRE(sim->run_until([&] { return !sim->is_there("web"); }, Millis{10'000}));
        sim->start();
        REQUIRE(sim->run_until(DeployableState::running));
        check_well(*sim);
    }
    SECTION("delete") {
        sim->remove();
        REQUIRE(sim->run_until([&] { return sim->retired; }, Millis{60'000}));
        CHECK(sim->broken.empty());
    }
    CHECK(sim->guest("web").power == FakeGuest::Power::absent);
}

TEST_CASE("an instance that cannot be destroyed is tried again, and the rest goes on") {
    auto sim = shop();
    sim->fail_destroys["web"] = 3;
    REQUIRE(sim->reload(without_web(document_named("shop"))).has_value());
    sim->run(Millis{1'000});
    CHECK(sim->is_there("web"));
    CHECK(sim->status().state == DeployableState::recovering);
    CHECK(sim->run_until(DeployableState::running));
    CHECK(sim->count("event destroy_failed web") == 3);
    check_well(*sim);
}

TEST_CASE("an agent that says nothing about itself, or nonsense, restarts its service") {
    auto sim = shop();
    const auto next = replaced(document_named("shop"), "value=\"http\"", "value=\"other\"");
    SECTION("it hangs") {
        sim->guest("web").hang_metadata = true;
        REQUIRE(sim->reload(next).has_value());
        sim->run(Millis{9'000});
        CHECK(sim->count("do tick") == 0);
        sim->run(Millis{3'000});
    }
    SECTION("nonsense") {
        sim->guest("web").metadata_text = "usage: Dummy {start|stop}";
        REQUIRE(sim->reload(next).has_value());
        sim->run(Millis{3'000});
    }
    SECTION("its guest dies meanwhile") {
        sim->guest("web").hang_metadata = true;
        REQUIRE(sim->reload(next).has_value());
        sim->kill_guest("web", true);
        REQUIRE(sim->run_until(DeployableState::running));
        CHECK(sim->count("meta-data_0 lost") == 1);
    }
    CHECK(sim->guest("web").reloads["rsc_web_http"] == 0);
    CHECK(sim->guest("web").starts["rsc_web_http"] == 2);
    check_well(*sim);
}

TEST_CASE(
    "a changed address reaches those who refer to it: stopped with the old, started with the "
    "new") {
    auto sim = settled(document_named("two-tier"));
    const auto before = sim->guest("web").given["rsc_web_httpd"];
    sim->kill_guest("db", true);
    REQUIRE(sim->run_until(DeployableState::running));
    sim->run(Millis{2'000});
    CHECK(sim->guest("web").given["rsc_web_httpd"] != before);
    CHECK(sim->guest("web").starts["rsc_web_httpd"] == 2);
    check_well(*sim);
}

TEST_CASE("a value that comes back before anything was done changes nothing") {
    auto sim = shop();
    sim->tick_takes = Millis{500};
    REQUIRE(
        sim->reload(replaced(document_named("shop"), "value=\"sql\"", "value=\"x\"")).has_value());
    sim->run(Millis{100});
    REQUIRE(sim->reload(document_named("shop")).has_value());
    sim->run(Millis{5'000});
    CHECK(sim->count("start_0") + sim->count("stop_0") + sim->count("reload-agent_0") == 0);
    CHECK(records(*sim, "service rsc_db_sql") == 1);
    CHECK(sim->store.memory["service rsc_db_sql"].find("ran_with") == std::string::npos);
    check_well(*sim);
}

namespace {

std::string floating(const std::string& assemblies, const std::string& attributes = {}) {
    std::string text = R"(<deployable name="f" uuid="f"><services><service name="vip" class="ocf"
        type="Dummy" monitor_interval="2s" )" +
                       attributes + "/></services><assemblies>";
    for (const char name : assemblies)
        text += std::string("<assembly name=\"") + name + "\" uuid=\"f-" + name + "\"/>";
    return text + "</assemblies></deployable>";
}

}  // namespace

TEST_CASE("what floats stays when assemblies come, and moves when its own leaves") {
    auto sim = settled(floating("ab"));
    const auto home = sim->home_of("rsc_vip");
    REQUIRE(sim->reload(floating("abc", "prefer=\"c\"")).has_value());
    REQUIRE(sim->run_until([&] { return sim->assembly("c") == AssemblyState::running; },
                           Millis{30'000}));
    sim->run(Millis{5'000});
    CHECK(sim->home_of("rsc_vip") == home);
    CHECK(sim->guest(home).starts["rsc_vip"] == 1);

    REQUIRE(sim->reload(floating(home == "a" ? "bc" : "ac", "prefer=\"c\"")).has_value());
    REQUIRE(sim->run_until([&] { return !sim->is_there(home); }, Millis{30'000}));
    sim->run(Millis{5'000});
    CHECK(sim->home_of("rsc_vip") == "c");
    CHECK(sim->guest("c").starts["rsc_vip"] == 1);
    CHECK(sim->guest(home).power == FakeGuest::Power::absent);
    check_well(*sim);
}

TEST_CASE("what does not run any more when it is to take over a value is stopped before it moves") {
    const std::string one = replaced(document_named("floating"), R"(type="Dummy")",
                                     R"(provider="pacemaker" type="Dummy")");
    const auto with = [&](const std::string& value) {
        return replaced(one, R"(failure_timeout="60s"/>)",
                        R"(failure_timeout="60s"><parameters><parameter name="fake" value=")" +
                            value + R"("/></parameters></service>)");
    };
    auto sim = settled(with("old"));
    const std::string home = sim->home_of("rsc_vip");
    sim->guest(home).fail_reload["rsc_vip"] = ocf::not_running;
    REQUIRE(sim->reload(with("new")).has_value());
    sim->run(Millis{30'000});
    CHECK(sim->count("rsc_vip stop_0 complete") == 1);
    check_well(*sim);
    REQUIRE(sim->status().services.size() == 1);
    CHECK(sim->status().services.front().assemblies.size() == 1);
    for (const char* name : {"a", "b"}) {
        INFO(name);
        CHECK(sim->guest(name).monitors.size() == sim->guest(name).running.size());
    }
}

TEST_CASE("an instance that was demoted meanwhile is restarted with another value, too") {
    const auto with = [](const std::string& value) {
        return replaced(document_named("ordered-promotable"), R"(prefer="a"/>)",
                        R"(prefer="a"><parameters><parameter name="state" value=")" + value +
                            R"("/></parameters></service>)");
    };
    auto sim = settled(with("old"));
    sim->kill_service("rsc_db");  // in a: b is promoted until a runs again
    sim->run(Millis{20'000});
    CHECK(sim->count("b/db -> promoted") == 1);
    CHECK(sim->count("b/db -> unpromoted") == 1);
    REQUIRE(sim->reload(with("new")).has_value());
    sim->run(Millis{20'000});
    check_well(*sim);
    for (const char* name : {"a", "b"})
        CHECK(sim->guest(name).given["rsc_db"].find("state=new") != std::string::npos);
}

TEST_CASE("a reload in maintenance, or under the brake, waits until that is over") {
    auto sim = shop();
    const bool braked = GENERATE(false, true);
    INFO(braked);
    braked ? sim->brake(true) : sim->wish(Wish::maintenance_on);
    REQUIRE(sim->reload(without_web(document_named("shop"))).has_value());
    sim->run(Millis{60'000});
    CHECK(sim->is_there("web"));
    CHECK(sim->guest("web").running.contains("rsc_web_http"));
    CHECK(sim->guest("web").power == FakeGuest::Power::running);
    sim->restart_cped();
    sim->run(Millis{60'000});
    CHECK(sim->guest("web").power == FakeGuest::Power::running);
    braked ? sim->brake(false) : sim->wish(Wish::maintenance_off);
    REQUIRE(sim->run_until([&] { return !sim->is_there("web"); }, Millis{60'000}));
    CHECK(sim->guest("web").power == FakeGuest::Power::absent);
    REQUIRE(sim->run_until(DeployableState::running));
    check_well(*sim);
}
