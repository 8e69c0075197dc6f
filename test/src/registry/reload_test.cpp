// A new document on its way to the DPE: what is refused changes nothing.
#include "test/src/registry/world.hpp"

#include <catch2/catch.hpp>

using namespace cpe;
using cpe::registry::test::document;
using cpe::registry::test::World;
using Texts = std::vector<std::string>;

namespace {

const std::string more =
    R"(<service name="more" class="ocf" type="Dummy" monitor_interval="10s"/>)";

struct Shop : World {
    Shop() {
        create("shop");
        answers.clear();
        rows_before = store.log.size();
    }
    void reload(const std::string& text) {
        registry->reload(key("shop"), text, "tester", answer());
        settle();
    }
    /// Nothing was stored since it was created.
    [[nodiscard]] bool untouched() const {
        return store.rows.at(key("shop")).document == document("shop") &&
               store.log.size() == rows_before;
    }
    std::size_t rows_before = 0;
};

}  // namespace

TEST_CASE("a document that cannot be this deployable's is refused before anything is asked") {
    Shop shop;
    shop.settings.blueprint.limits.document = 4'000;
    shop.stop();
    shop.start();
    const std::pair<std::string, std::string> cases[] = {
        {"<nonsense/>", "nonsense"},
        {document("other"), "its name is 'shop', the document says 'other'"},
        {document("shop", "", "9"), "its uuid is '1', the document says '9'"},
        {document("shop", R"(<service name="x" class="upstart" type="y"/>)"), "upstart"},
        {document("shop", std::string(4'000, ' ')), "bytes"},
        {R"(<deployable name="shop" uuid="1" provider="cloud"><assemblies><assembly name="a" uuid="2"/>)"
         R"(</assemblies></deployable>)",
         "cloud"},
    };
    for (const auto& [text, told] : cases) {
        shop.reload(text);
        INFO(shop.answers.back());
        CHECK(shop.answers.back().find(told) != std::string::npos);
    }
    CHECK(shop.policy.admissions.empty());
    CHECK(shop.untouched());
    shop.registry->reload(World::key("none"), document("none"), "tester", shop.answer());
    CHECK(shop.last_code == Errc::not_found);
}

TEST_CASE("the first tick of the new document is run before the DPE sees it") {
    Shop shop;
    shop.reload(document("shop", more));
    REQUIRE(shop.policy.admissions.size() == 1);
    const auto& asked = shop.policy.admissions.front().request;
    CHECK(asked.key == World::key("shop"));
    CHECK(asked.cib.find("rsc_a_more") != std::string::npos);
    CHECK(shop.answers.empty());

    shop.reload(document("shop"));
    CHECK(shop.answers.back() ==
          "shop: another reload of it is under way (wait until that one is done)");
    shop.policy.answer(Error{Errc::internal, "the policy helper ended by signal 11", {}, {}});
    shop.settle();
    CHECK(shop.answers.back() == "the policy helper ended by signal 11");
    CHECK(shop.untouched());
    shop.reload(document("shop", more));
    CHECK(shop.policy.admissions.size() == 1);
}

TEST_CASE("then the plan with what runs and has to leave in it, and a refusal changes nothing") {
    Shop shop;
    shop.registry->start(World::key("shop"), "tester", shop.answer());
    shop.settle();
    shop.provider.answer(
        InstanceReport{InstanceState::running, "1", "10.0.0.1", "a", "boot-1", {}});
    shop.settle();
    shop.registry->guest_up({World::key("shop"), "a"}, {"boot-1", "agent-1", "a", {}, {}});
    shop.settle();
    shop.answers.clear();
    shop.rows_before = shop.store.log.size();

    std::string other = document("shop", more);
    other.replace(other.find("name=\"s\""), 8, "name=\"t\"");
    shop.reload(other);
    REQUIRE(shop.policy.admissions.size() == 1);
    CHECK(shop.policy.admissions.front().request.cib.find("\"rsc_a_s\"") == std::string::npos);
    shop.policy.answer();
    shop.settle();
    REQUIRE(shop.policy.admissions.size() == 1);
    const auto& merged = shop.policy.admissions.front().request.cib;
    CHECK(merged.find("\"rsc_a_s\"") != std::string::npos);
    CHECK(merged.find("\"rsc_a_t\"") != std::string::npos);
    CHECK(merged.find("crmd=\"online\"") != std::string::npos);
    shop.policy.answer(Error{Errc::timed_out, "no plan within 5 s", {}, {}});
    shop.settle();
    CHECK(shop.answers == Texts{"no plan within 5 s"});
    CHECK(shop.untouched());

    shop.reload(other);
    for (int plan = 0; plan < 2; ++plan) {
        shop.policy.answer();
        shop.settle();
    }
    CHECK(shop.answers.back() == "done");
    CHECK(shop.store.rows.at(World::key("shop")).document == other);
}

TEST_CASE("a reload that is overtaken by a death or a quarantine is answered, and then forgotten") {
    Shop shop;
    shop.settings.inject = [](const DeployableKey&, Fault) {};
    shop.stop();
    shop.start();
    shop.reload(document("shop", more));
    shop.die("shop");
    CHECK(shop.answers.back().find("its policy engine died") != std::string::npos);
    shop.alarms.ring(Millis{1'000});
    shop.settle();
    shop.policy.answer();  // it comes late: nobody asked for it in this life
    shop.settle();
    CHECK(shop.store.rows.at(World::key("shop")).document == document("shop"));

    shop.answers.clear();
    shop.reload(document("shop", more));
    shop.registry->quarantine(World::key("shop"), "for a test");
    shop.settle();
    REQUIRE(shop.answers.size() == 1);
    CHECK(shop.answers.front().find("for a test") != std::string::npos);
}

TEST_CASE("a reload that is overtaken by delete is answered") {
    Shop shop;
    shop.reload(document("shop", more));
    shop.registry->remove(World::key("shop"), "tester", shop.answer());
    shop.settle();
    REQUIRE(shop.provider.asked() == Texts{"destroy a"});
    shop.provider.answer(InstanceReport{InstanceState::absent, {}, {}, {}, {}, {}});
    shop.settle();
    CHECK(shop.answers == Texts{"done", "shop: it was deleted"});
}

TEST_CASE("a startup file creates its deployable once, and changed it reloads it") {
    World world;
    world.registry->load_file("/etc/shop.xml", "h1", document("shop"), false);
    REQUIRE(world.policy.admissions.size() == 1);
    world.policy.answer();
    world.settle();
    CHECK(world.store.files == std::map<std::string, std::string>{{"/etc/shop.xml", "h1"}});
    world.registry->load_file("/etc/shop.xml", "h1", document("shop"), false);
    CHECK(world.policy.admissions.empty());

    world.registry->load_file("/etc/shop.xml", "h2", document("shop", more), false);
    REQUIRE(world.policy.admissions.size() == 1);
    CHECK(world.policy.admissions.front().request.cib.find("rsc_a_more") != std::string::npos);
    world.policy.answer(Error{Errc::timed_out, "too slow", {}, {}});
    world.settle();
    // Refused: it is tried again at the next start.
    CHECK(world.store.files.at("/etc/shop.xml") == "h1");
    CHECK(world.lines.back() == "/etc/shop.xml: too slow");
}

TEST_CASE("the configuration's document is what a reload without a document means") {
    Shop shop;
    shop.registry->reload_file(World::key("shop"), "tester", shop.answer());
    CHECK(shop.last_code == Errc::invalid_input);
    shop.settings.startup_file = [](const std::string& name) -> Result<registry::StartupFile> {
        if (name != "shop") return Error{Errc::invalid_input, "names none", name, {}};
        return registry::StartupFile{{"/etc/shop.xml", "h2"}, document("shop", more)};
    };
    shop.stop();
    shop.start();
    shop.registry->reload_file(World::key("shop"), "tester", shop.answer());
    REQUIRE(shop.policy.admissions.size() == 1);
    CHECK(shop.policy.admissions.front().request.cib.find("rsc_a_more") != std::string::npos);
    shop.registry->reload_file(World::key("none"), "tester", shop.answer());
    CHECK(shop.last_code == Errc::not_found);
}
