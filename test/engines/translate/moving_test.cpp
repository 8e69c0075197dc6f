// What moves: floating services, clones, promotables, constraints, utilization, scripts, and what a
// reload takes away. Each situation is a CIB, written down, and what the real scheduler plans for
// it, in the order in which it would be done.
#include "engines/translate/parameter_digest.hpp"
#include "test/engines/translate/fixture.hpp"
#include "test/engines/translate/pacemaker.hpp"

#include <functional>
#include <map>

using namespace cpe;
using namespace cpe::test;
using namespace cpe::translate;

namespace {

constexpr WallTime then{1'700'000'000'000};
constexpr const char* now = "2023-11-14 22:13:30Z";  // ten seconds later
constexpr int running = 0, not_running = 7, running_promoted = 8, failed_promoted = 9;

std::string start_digest(const ParameterList& parameters) {
    return parameter_digest(parameters);
}
std::string monitor_digest(ParameterList parameters) {
    parameters.emplace_back("CRM_meta_timeout", "20000");
    return parameter_digest(std::move(parameters));
}

/// Three assemblies of which all are members, and nothing runs.
class Cluster {
public:
    Cluster() {
        for (const char* name : {"a", "b", "c"})
            nodes[name] = {"", name, Membership::online, {}, {}};
        nodes["a"].uuid = "u-a";
        nodes["b"].uuid = "u-b";
        nodes["c"].uuid = "u-c";
    }

    Cluster& absent(std::string_view node, std::string_view resource) {
        return add(node, resource, entry("monitor", 0, not_running, not_running, resource));
    }
    /// Looked for everywhere, not there.
    Cluster& absent(std::string_view resource) {
        for (const char* node : {"a", "b", "c"}) absent(node, resource);
        return *this;
    }
    Cluster& runs(std::string_view node, std::string_view resource) {
        forget(node, resource);
        add(node, resource, entry("start", 0, running, running, resource));
        return add(node, resource, entry("monitor", 2000, running, running, resource));
    }
    /// Started once, without a recurring monitor.
    Cluster& started(std::string_view node, std::string_view resource) {
        forget(node, resource);
        return add(node, resource, entry("start", 0, running, running, resource));
    }
    Cluster& promoted(std::string_view node, std::string_view resource) {
        forget(node, resource);
        add(node, resource, entry("promote", 0, running, running, resource));
        return add(node, resource,
                   entry("monitor", 2001, running_promoted, running_promoted, resource));
    }
    Cluster& fails(std::string_view node, std::string_view resource, int rc, const char* count,
                   Millis interval = Millis{2000}) {
        auto failed = entry("monitor", interval.count(), rc, running, resource);
        failed.failure = true;
        failed.call_id = 90;
        add(node, resource, failed);
        const std::string what =
            std::string(resource) + "#monitor_" + std::to_string(interval.count());
        attribute(node, "fail-count-" + what, count);
        attribute(node, "last-failure-" + what, "1700000000");
        values.failed.push_back(resource);
        return *this;
    }
    Cluster& attribute(std::string_view node, const std::string& name, const std::string& value) {
        at(node).attributes.emplace_back(name, value);
        return *this;
    }
    Cluster& member(std::string_view node, Membership membership) {
        at(node).membership = membership;
        return *this;
    }
    /// Fenced, or booted anew: nothing is known of it.
    Cluster& blank(std::string_view node, Membership membership) {
        at(node).history.clear();
        at(node).attributes.clear();
        return member(node, membership);
    }

    NodeStatus& at(std::string_view node) { return nodes.find(node)->second; }
    std::vector<NodeStatus> list(std::size_t count) const {
        std::vector<NodeStatus> result;
        for (const auto& [name, node] : nodes)
            if (result.size() < count) result.push_back(node);
        return result;
    }

    RuntimeValues values{.references = {}, .held = {}};
    std::map<std::string, ParameterList, std::less<>> parameters;  ///< as it was started

private:
    HistoryEntry entry(const char* operation, std::int64_t interval, int rc, int target,
                       std::string_view resource) {
        const auto& with = parameters[std::string(resource)];
        digests_.push_back(std::make_unique<std::string>(interval == 0 ? start_digest(with)
                                                                       : monitor_digest(with)));
        return {.operation = operation,
                .interval = Millis{interval},
                .call_id = ++calls_,
                .rc = rc,
                .target_rc = target,
                .changed = then,
                .digest = *digests_.back(),
                .transition = 1,
                .action = calls_};
    }
    void forget(std::string_view node, std::string_view resource) {
        std::erase_if(at(node).history, [&](const auto& it) { return it.resource == resource; });
    }
    Cluster& add(std::string_view node, std::string_view resource, HistoryEntry entry) {
        auto& history = at(node).history;
        for (auto& known : history)
            if (known.resource == resource) return known.entries.push_back(entry), *this;
        history.push_back(agent_of(resource));
        history.back().entries.push_back(entry);
        return *this;
    }
    static ResourceHistory agent_of(std::string_view resource) {
        if (resource == "rsc_db") return {resource, "ocf", "pacemaker", "Stateful", {}};
        if (resource == "rsc_b_web") return {resource, "lsb", "", "web", {}};
        if (resource == "cfg_b_web") return {resource, "ocf", "cpe", "script_runner", {}};
        return {resource, "ocf", "heartbeat", "Dummy", {}};
    }

    std::map<std::string, NodeStatus, std::less<>> nodes;
    std::vector<std::unique_ptr<std::string>> digests_;
    int calls_ = 10;
};

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
