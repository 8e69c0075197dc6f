// What moves: floating services, clones, promotables, constraints, utilization, scripts, and what a
// reload takes away. Each situation is a CIB, written down, and what the real scheduler plans for
// it, in the order in which it would be done.
#include "test/engines/translate/cluster.hpp"
#include "test/engines/translate/fixture.hpp"
#include "test/engines/translate/pacemaker.hpp"

#include <functional>

using namespace cpe;
using namespace cpe::test;
using namespace cpe::translate;

namespace {

constexpr const char* now = "2023-11-14 22:13:30Z";  // ten seconds later

using Change = std::function<void(Deployable&)>;

struct Situation {
    const char* document;
    const char* name;
    std::function<void(Cluster&)> make;
    Change change = [](Deployable&) {};  ///< of the model: what a reload does
};

void floats_on_a(Cluster& c) {
    c.absent("rsc_f").runs("a", "rsc_f");
}
void floats_on_b(Cluster& c) {
    c.absent("rsc_f").runs("b", "rsc_f");
}
void cloned_on_a_and_b(Cluster& c) {
    c.absent("rsc_w").runs("a", "rsc_w").runs("b", "rsc_w");
}
void promoted_on_a(Cluster& c) {
    c.absent("rsc_db").promoted("a", "rsc_db").runs("b", "rsc_db");
    c.absent("rsc_ip").runs("a", "rsc_ip");
    c.attribute("a", "master-rsc_db", "10").attribute("b", "master-rsc_db", "5");
}
void everything_everywhere(Cluster& c) {
    for (const char* node : {"a", "b", "c"}) c.runs(node, "rsc_base").runs(node, "rsc_top");
    c.absent("rsc_one").runs("c", "rsc_one");
}
void constraints_met(Cluster& c) {
    for (const char* resource : {"rsc_x", "rsc_y", "rsc_z"}) c.absent(resource);
    c.runs("a", "rsc_a_p").runs("a", "rsc_x").runs("c", "rsc_y").runs("b", "rsc_z");
}
void configured(Cluster& c, std::string_view address) {
    c.values.references = {{"rsc_b_web", "db", "10.0.0.1"}, {"cfg_b_web", "db", "10.0.0.1"}};
    c.parameters["rsc_b_web"] = {{"name", "blog"}, {"db", address}};
    c.parameters["cfg_b_web"] = {
        {"url", "http://example.org/configure"}, {"name", "blog"}, {"db", address}};
    c.runs("a", "rsc_a_db").started("b", "cfg_b_web").runs("b", "rsc_b_web");
}

const std::vector<Situation>& floating() {
    static const std::vector<Situation> table = {
        {"floating", "start", [](Cluster&) {}},
        {"floating", "steady", floats_on_a},
        {"floating", "lost", [](Cluster& c) { floats_on_a(c), c.member("a", Membership::lost); }},
        {"floating", "fenced", [](Cluster& c) { floats_on_a(c), c.blank("a", Membership::down); }},
        {"floating", "back", [](Cluster& c) { floats_on_b(c), c.blank("a", Membership::online); }},
        {"floating", "start-while-another-is-lost",
         [](Cluster& c) { c.absent("rsc_f").blank("c", Membership::lost); }},
        {"floating", "failed-once",
         [](Cluster& c) { floats_on_a(c), c.fails("a", "rsc_f", not_running, "1"); }},
        {"floating", "threshold-reached",
         [](Cluster& c) { floats_on_a(c), c.fails("a", "rsc_f", not_running, "2"); }},
        {"floating", "failure-forgotten",
         [](Cluster& c) {
             floats_on_b(c);
             c.fails("a", "rsc_f", not_running, "2");
             c.at("a").history[0].entries.back().changed.ms -= 120'000;
             c.at("a").attributes[1].second = "1699999880";
         }},
        {"floating", "held", [](Cluster& c) { floats_on_a(c), c.values.held = {"rsc_f"}; }},
        {"floating", "maintenance",
         [](Cluster& c) {
             floats_on_a(c), c.fails("a", "rsc_f", not_running, "2"), c.values.looks = true;
         }},
        {"floating", "steady-in-maintenance",
         [](Cluster& c) { floats_on_a(c), c.values.looks = true; }},
        {"floating", "steady-with-assembly-in-maintenance",
         [](Cluster& c) { floats_on_a(c), c.values.maintained = {"a"}; }},
        {"floating", "lost-in-maintenance",
         [](Cluster& c) {
             floats_on_a(c), c.values.looks = true, c.member("a", Membership::lost);
         }},
        {"floating", "lost-while-assembly-in-maintenance",
         [](Cluster& c) {
             floats_on_a(c), c.values.maintained = {"a"}, c.member("a", Membership::lost);
         }},
        {"floating", "booted-in-maintenance",
         [](Cluster& c) {
             floats_on_a(c), c.values.looks = true, c.blank("a", Membership::online);
         }},
        {"floating", "another-assembly-in-maintenance",
         [](Cluster& c) {
             floats_on_a(c), c.values.maintained = {"b"};
             c.member("a", Membership::lost);
         }},
        {"floating", "assembly-in-maintenance",
         [](Cluster& c) {
             floats_on_a(c), c.fails("a", "rsc_f", not_running, "2"), c.values.maintained = {"a"};
         }},
        {"floating", "leaving", floats_on_a,
         [](Deployable& model) { model.assemblies[0].leaving = true; }},
        {"floating", "retired", floats_on_a,
         [](Deployable& model) { model.services[0].retired = true; }},
    };
    return table;
}

const std::vector<Situation>& clones() {
    static const std::vector<Situation> table = {
        {"clone", "start", [](Cluster&) {}},
        {"clone", "steady", cloned_on_a_and_b},
        {"clone", "lost",
         [](Cluster& c) { cloned_on_a_and_b(c), c.member("a", Membership::lost); }},
        {"clone", "back",
         [](Cluster& c) {
             c.absent("rsc_w").runs("b", "rsc_w").runs("c", "rsc_w").blank("a", Membership::online);
         }},
        {"clone", "failed",
         [](Cluster& c) { cloned_on_a_and_b(c), c.fails("b", "rsc_w", not_running, "1"); }},
        {"everywhere", "start", [](Cluster&) {}},
        {"everywhere", "steady", everything_everywhere},
        {"everywhere", "one-failed",
         [](Cluster& c) { everything_everywhere(c), c.fails("a", "rsc_base", not_running, "1"); }},
        {"promotable", "start", [](Cluster&) {}},
        {"promotable", "started-without-scores",
         [](Cluster& c) {
             c.absent("rsc_db").runs("a", "rsc_db").runs("b", "rsc_db").absent("rsc_ip");
         }},
        {"promotable", "promote",
         [](Cluster& c) {
             c.absent("rsc_db").runs("a", "rsc_db").runs("b", "rsc_db").absent("rsc_ip");
             c.attribute("a", "master-rsc_db", "5").attribute("b", "master-rsc_db", "5");
         }},
        {"promotable", "steady", promoted_on_a},
        {"promotable", "lost",
         [](Cluster& c) { promoted_on_a(c), c.member("a", Membership::lost); }},
        {"promotable", "fenced",
         [](Cluster& c) { promoted_on_a(c), c.blank("a", Membership::down); }},
        {"promotable", "promoted-failed",
         [](Cluster& c) {
             promoted_on_a(c), c.at("a").attributes.clear();  // only what runs has a score
             c.fails("a", "rsc_db", failed_promoted, "1", Millis{2001});
         }},
        {"promotable", "unpromoted-failed",
         [](Cluster& c) { promoted_on_a(c), c.fails("b", "rsc_db", not_running, "1"); }},
        {"promotable", "held", [](Cluster& c) { promoted_on_a(c), c.values.held = {"rsc_db"}; }},
    };
    return table;
}

const std::vector<Situation>& constrained() {
    static const std::vector<Situation> table = {
        {"constraints", "start", [](Cluster&) {}},
        {"constraints", "steady", constraints_met},
        {"constraints", "y-held",
         [](Cluster& c) { constraints_met(c), c.values.held = {"rsc_y"}; }},
        {"utilization", "start", [](Cluster&) {}},
        {"utilization", "too-small",
         [](Cluster& c) {
             c.absent("rsc_big").absent("rsc_small").runs("a", "rsc_a_p");
             c.runs("b", "rsc_small").blank("a", Membership::down);
         }},
        {"configure", "start",
         [](Cluster& c) {
             configured(c, "10.0.0.1"), c.blank("a", Membership::online),
                 c.blank("b", Membership::online);
         }},
        {"configure", "no-value-yet",
         [](Cluster& c) {
             configured(c, ""), c.values.references.clear(), c.blank("a", Membership::booting),
                 c.blank("b", Membership::online);
         }},
        {"configure", "steady", [](Cluster& c) { configured(c, "10.0.0.1"); }},
        {"configure", "parameter-changed", [](Cluster& c) { configured(c, "10.0.0.9"); }},
        {"configure", "rebooted",
         [](Cluster& c) { configured(c, "10.0.0.1"), c.blank("b", Membership::online); }},
        {"configure", "script-retired", [](Cluster& c) { configured(c, "10.0.0.1"); },
         [](Deployable& model) {
             model.assemblies[1].services[0].retired = true;
             model.dependencies.pop_back();
         }},
        {"configure", "script-outlives-its-service",
         [](Cluster& c) {
             configured(c, "10.0.0.1");
             c.values.references.erase(c.values.references.begin());
             c.at("b").history.pop_back();
         },
         [](Deployable& model) {
             auto& services = model.assemblies[1].services;
             services.erase(services.begin() + 1);
             services[0].retired = true;
             model.dependencies.clear();
         }},
        {"configure", "service-retired", [](Cluster& c) { configured(c, "10.0.0.1"); },
         [](Deployable& model) {
             for (auto& service : model.assemblies[1].services) service.retired = true;
         }},
    };
    return table;
}

std::string cib_of(const Situation& situation) {
    auto parsed = parse(read_file(source_path("test/golden/translate/moving") /
                                  (std::string(situation.document) + ".document")));
    CHECK(parsed.unsupported.empty());
    situation.change(parsed.deployable);
    const auto configuration = Configuration::translate(parsed.deployable, stylesheet());
    if (configuration.has_error()) FAIL(configuration.error().line());
    Cluster cluster;
    situation.make(cluster);
    const auto nodes = cluster.list(parsed.deployable.assemblies.size());
    return configuration->cib(cluster.values, nodes, transition_uuid).value();
}

void check(const std::vector<Situation>& situations) {
    REQUIRE(has_simulator());
    for (const auto& situation : situations) {
        const auto name = std::string(situation.document) + "-" + situation.name;
        INFO(name);
        const auto cib = cib_of(situation);
        CHECK(pacemaker_grammar_error(cib) == "");
        std::string planned;
        for (const auto& line : plan(cib, now)) planned += line + "\n";
        const auto file = source_path("test/golden/translate/moving") / name;
        check_golden(file.string() + ".cib", cib);
        check_golden(file.string() + ".plan", planned);
    }
}

}  // namespace

TEST_CASE("floating services: started, moved, kept where they are, drained") {
    check(floating());
}

TEST_CASE("clones and promotables: started, promoted, moved") {
    check(clones());
}

TEST_CASE("constraints, utilization and configure scripts") {
    check(constrained());
}
