// A DPE that dies alone, comes back, and is left alone at the third death (design.md §6.4).
#include "src/registry/clearance.hpp"
#include "test/src/registry/world.hpp"

#include <catch2/catch.hpp>

using namespace cpe;
using cpe::registry::test::document;
using cpe::registry::test::World;
using S = DeployableState;
using Texts = std::vector<std::string>;

namespace {

constexpr Millis second{1'000};

/// With faults allowed, and two deployables.
struct Ward : World {
    Ward() {
        settings.inject = [](const DeployableKey&, Fault) {};
        settings.trust = [this](const DeployableKey& released) {
            trusted.push_back(released.name);
        };
        stop();
        start();
        create("sick");
        create("well");
        answers.clear();
    }
    /// To its third death.
    void die_thrice() {
        for (const Millis pause : {second, 2 * second}) {
            die("sick");
            alarms.ring(pause);
            settle();
        }
        die("sick");
    }
    Texts trusted;
};

}  // namespace

TEST_CASE(
    "a DPE that dies is dropped with its arena, told, and back from the store after a pause") {
    Ward ward;
    const auto before = ward.registry->daemon().memory;
    const auto well = ward.registry->find(World::key("well"))->memory;
    ward.die("sick");
    CHECK(ward.answers == Texts{"done"});
    CHECK(ward.state("sick") == S::recovering);
    CHECK(ward.store.rows.at(World::key("sick")).status->state == S::recovering);
    CHECK(ward.registry->daemon().memory == well);
    CHECK(ward.registry->daemon().memory < before);
    CHECK(ward.channel.calls == Texts{"close a"});
    CHECK(ward.store.told("dpe_died").size() == 1);
    CHECK(ward.store.told("deployable_state_change").back() == "recovering");

    ward.registry->start(World::key("sick"), "tester", ward.answer());
    ward.settle();
    CHECK(ward.last_code == Errc::unavailable);
    REQUIRE(ward.alarms.has(second));
    ward.alarms.ring(second);
    ward.settle();
    CHECK(ward.state("sick") == S::stopped);
    CHECK(ward.registry->find(World::key("sick"))->memory > 0);
    ward.die("sick");
    CHECK(ward.alarms.has(2 * second));
    CHECK(ward.state("well") == S::stopped);
}

TEST_CASE("the third death within ten minutes is quarantine: durable first, then shown") {
    Ward ward;
    ward.die_thrice();
    CHECK(ward.state("sick") == S::quarantined);
    CHECK(ward.store.rows.at(World::key("sick")).status->state == S::quarantined);
    CHECK(ward.store.remembers(World::key("sick"), "quarantine"));
    CHECK(ward.store.told("dpe_died").size() == 3);
    CHECK(ward.store.told("quarantine") == Texts{"quarantined"});
    CHECK(ward.alarms.set.empty());
    ward.answers.clear();
    ward.registry->start(World::key("sick"), "tester", ward.answer());
    ward.registry->stop(World::key("sick"), "tester", ward.answer());
    ward.registry->reload(World::key("sick"), document("sick"), "tester", ward.answer());
    ward.registry->act(World::key("sick"), Wish::retry_service, "s", "tester", ward.answer());
    ward.registry->fault(World::key("sick"), Fault::tick_abort, "tester", ward.answer());
    REQUIRE(ward.answers.size() == 5);
    for (const auto& line : ward.answers) {
        CHECK(line.starts_with("sick: it is quarantined: its policy engine died 3 times"));
        CHECK(line.find("cpe-ctl deployable release") != std::string::npos);
    }
}

TEST_CASE("what is not durable yet is not shown") {
    Ward ward;
    ward.store.held = true;
    ward.registry->quarantine(World::key("sick"), "for a test");
    ward.settle();
    CHECK(ward.state("sick") == S::stopped);
    ward.registry->start(World::key("sick"), "tester", ward.answer());
    CHECK(ward.last_code == Errc::refused);
    ward.store.let_go();
    ward.settle();
    CHECK(ward.state("sick") == S::quarantined);
}

TEST_CASE("deaths that are far apart do not add up") {
    Ward ward;
    for (int death = 0; death < 5; ++death) {
        ward.die("sick");
        REQUIRE(ward.alarms.has(second));
        ward.alarms.ring(second);
        ward.settle();
        ward.clock.at.mono += Millis{600'001};
    }
    CHECK(ward.state("sick") == S::stopped);
}

TEST_CASE("quarantine outlives cped, and release brings it back from the store, trusted again") {
    Ward ward;
    ward.registry->quarantine(World::key("sick"), "for a test");
    ward.settle();
    ward.stop();
    ward.start();
    CHECK(ward.state("sick") == S::quarantined);
    CHECK(ward.state("well") == S::stopped);
    CHECK(ward.store.told("quarantine") == Texts{"quarantined"});
    // Told again by the journal: it is known.
    ward.registry->quarantine(World::key("sick"), "it crashed");
    ward.settle();
    CHECK(ward.store.told("quarantine") == Texts{"quarantined"});

    ward.registry->release(World::key("sick"), "tester", ward.answer());
    ward.registry->release(World::key("sick"), "tester", ward.answer());
    ward.settle();
    CHECK(ward.answers == Texts{"sick: it is being released already", "done"});
    CHECK(ward.state("sick") == S::stopped);
    CHECK(ward.trusted == Texts{"sick"});
    CHECK_FALSE(ward.store.remembers(World::key("sick"), "quarantine"));
    CHECK(ward.store.told("quarantine") == Texts{"quarantined", "released"});
    ward.registry->release(World::key("sick"), "tester", ward.answer());
    CHECK(ward.last_code == Errc::refused);
    // Its deaths of before are forgotten.
    ward.die("sick");
    CHECK(ward.alarms.has(second));
}

TEST_CASE("a release that cannot be stored leaves it quarantined, and shown so") {
    Ward ward;
    ward.registry->quarantine(World::key("sick"), "for a test");
    ward.settle();
    const auto before = ward.registry->find(World::key("sick"));
    ward.store.full = true;
    ward.registry->release(World::key("sick"), "tester", ward.answer());
    ward.settle();
    CHECK(ward.last_code == Errc::unavailable);
    CHECK(ward.state("sick") == S::quarantined);
    CHECK(ward.registry->find(World::key("sick"))->since == before->since);
    ward.store.full = false;
    ward.registry->release(World::key("sick"), "tester", ward.answer());
    ward.settle();
    CHECK(ward.answers.back() == "done");
    CHECK(ward.state("sick") == S::stopped);
}

TEST_CASE("a document that cannot be read any more is quarantined, and stays so until it can") {
    Ward ward;
    ward.stop();
    auto& row = ward.store.rows.at(World::key("sick"));
    row.document = "<nonsense/>";
    ward.start();
    CHECK(ward.state("sick") == S::quarantined);
    ward.registry->release(World::key("sick"), "tester", ward.answer());
    ward.settle();
    REQUIRE(ward.answers.size() == 1);
    CHECK(ward.answers[0].find("it stays quarantined") != std::string::npos);
    CHECK(ward.state("sick") == S::quarantined);
    CHECK(ward.store.remembers(World::key("sick"), "quarantine"));

    row.document = document("sick");
    ward.registry->release(World::key("sick"), "tester", ward.answer());
    ward.settle();
    CHECK(ward.answers.back() == "done");
    CHECK(ward.state("sick") == S::stopped);
}

TEST_CASE("delete of a quarantined one destroys its guests, however long that takes") {
    Ward ward;
    ward.registry->quarantine(World::key("sick"), "for a test");
    ward.settle();
    ward.registry->remove(World::key("sick"), "tester", ward.answer());
    ward.settle();
    CHECK(ward.answers == Texts{"done"});
    CHECK(ward.state("sick") == S::stopping);
    REQUIRE(ward.provider.asked() == Texts{"destroy a"});
    ward.registry->release(World::key("sick"), "tester", ward.answer());
    CHECK(ward.answers.back() == "sick: it is being deleted");
    ward.provider.answer(Error{Errc::unavailable, "not now", "the cloud", {}});
    ward.alarms.ring(second);
    ward.provider.answer(Error{Errc::unavailable, "not now", "the cloud", {}});
    ward.settle();
    CHECK(ward.store.told("destroy_failed").size() == 1);

    // It goes on in the next life of cped.
    ward.stop();
    ward.start();
    CHECK(ward.state("sick") == S::stopping);
    REQUIRE(ward.provider.asked() == Texts{"destroy a"});
    ward.provider.answer(InstanceReport{InstanceState::absent, {}, {}, {}, {}, {}});
    ward.settle();
    CHECK(ward.registry->find(World::key("sick")).error().code == Errc::not_found);
    CHECK_FALSE(ward.store.rows.contains(World::key("sick")));
    CHECK(ward.store.told("configuration_change").back() == "deleted");
    CHECK(ward.state("well") == S::stopped);
}

TEST_CASE(
    "delete looks wherever a guest may be, and what its provider cannot destroy is left, and "
    "told") {
    Ward ward;
    using registry::Place;
    StoredDeployable stored;
    stored.key = World::key("sick");
    AssemblyStatus seen;
    seen.name = "gone-from-the-document";
    seen.provider = "old";
    stored.status.emplace().assemblies = {seen};
    stored.document = R"(<deployable name="sick" uuid="1" providers="here there"><assemblies>)"
                      R"(<assembly name="a" uuid="2"/><assembly name="b" uuid="3" provider="own"/>)"
                      R"(</assemblies></deployable>)";
    CHECK(registry::places_of(stored, {}, "local") ==
          std::set<Place>{
              {"a", "here"}, {"a", "there"}, {"b", "own"}, {"gone-from-the-document", "old"}});
    stored.document = "<nonsense/>";
    CHECK(registry::places_of(stored, {}, "local") ==
          std::set<Place>{{"gone-from-the-document", "old"}});

    ward.registry->quarantine(World::key("sick"), "for a test");
    ward.settle();
    ward.registry->remove(World::key("sick"), "tester", ward.answer());
    ward.settle();
    ward.provider.answer(Error{Errc::unsupported, "a machine of your own", {}, {}});
    ward.settle();
    CHECK_FALSE(ward.store.rows.contains(World::key("sick")));
    CHECK(ward.store.log[ward.store.log.size() - 2].event.reason ==
          "what runs there goes on, and nobody looks after it: a machine of your own");
}

TEST_CASE("faults are refused unless they are allowed, and told before they happen") {
    World world;
    world.create("shop");
    world.registry->fault(World::key("shop"), Fault::dpe_exception, "tester", world.answer());
    CHECK(world.last_code == Errc::not_allowed);
    CHECK(world.store.told("operator").empty());

    std::vector<Fault> injected;
    world.settings.inject = [&](const DeployableKey&, Fault fault) { injected.push_back(fault); };
    world.stop();
    world.start();
    world.store.held = true;
    world.registry->fault(World::key("shop"), Fault::tick_hang, "tester", world.answer());
    world.settle();
    CHECK(injected.empty());
    world.store.let_go();
    world.settle();
    CHECK(injected == std::vector<Fault>{Fault::tick_hang});
    CHECK(world.store.told("operator") == Texts{"fault"});
    world.registry->fault(World::key("none"), Fault::tick_hang, "tester", world.answer());
    CHECK(world.last_code == Errc::not_found);
}
