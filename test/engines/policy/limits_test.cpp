// What is refused before the scheduler sees it. Each document is valid by Pacemaker's grammar.
#include "engines/policy/limits.hpp"

#include "engines/policy/scheduler.hpp"
#include "test/engines/policy/files.hpp"

#include <catch2/catch.hpp>

using namespace cpe;
using namespace cpe::test;

namespace {

constexpr WallTime now{1'700'000'000'000};

std::string number(std::size_t value) {
    return std::to_string(value);
}

std::string primitive(const std::string& id, const std::string& inside = "") {
    return "<primitive id=\"" + id + "\" class=\"ocf\" provider=\"heartbeat\" type=\"Dummy\">" +
           inside + "</primitive>";
}

std::string primitives(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += primitive("r" + number(i));
    return text;
}

std::string order(const std::string& first, const std::string& then, const std::string& more = "") {
    static int count = 0;
    return "<rsc_order id=\"o" + std::to_string(++count) + "\" first=\"" + first + "\" then=\"" +
           then + "\" " + more + "/>";
}

std::string chain(std::size_t links) {
    std::string text;
    for (std::size_t i = 0; i < links; ++i) text += order("r" + number(i), "r" + number(i + 1));
    return text;
}

std::string cib(const std::string& resources, const std::string& constraints = "",
                const std::string& nodes = "<node id=\"u\" uname=\"n\"/>") {
    return "<cib crm_feature_set=\"3.16.1\" validate-with=\"pacemaker-3.9\" admin_epoch=\"1\" "
           "epoch=\"1\" num_updates=\"0\"><configuration><crm_config/><nodes>" +
           nodes + "</nodes><resources>" + resources + "</resources><constraints>" + constraints +
           "</constraints></configuration><status/></cib>";
}

std::string clone_of(const std::string& inside, const std::string& pairs) {
    return "<clone id=\"c\"><meta_attributes id=\"m\">" + pairs + "</meta_attributes>" + inside +
           "</clone>";
}

std::string pair(const std::string& name, const std::string& value) {
    return "<nvpair id=\"nv-" + name + "\" name=\"" + name + "\" value=\"" + value + "\"/>";
}

std::string outcome(const std::string& text) {
    policy::Scheduler scheduler{LogSink{}};
    const auto result = scheduler.run("test", text, now, true);
    return result ? "planned" : result.error().line();
}

}  // namespace

TEST_CASE("counts over the limits are refused, at the limits they are not") {
    std::string nodes, members;
    for (std::size_t i = 0; i <= policy::max_nodes; ++i)
        nodes += "<node id=\"u" + number(i) + "\" uname=\"n" + number(i) + "\"/>";
    for (std::size_t i = 0; i <= policy::max_group_members; ++i)
        members += primitive("g" + number(i));
    CHECK(outcome(cib("", "", nodes)) == "nodes: 1001 nodes (at most 1000)");
    CHECK(outcome(cib(primitives(policy::max_resources + 1))) ==
          "resources: 5001 resource instances (at most 5000)");
    CHECK(outcome(cib("<group id=\"g\">" + members + "</group>")) ==
          "group 'g': 201 members (at most 200)");
    const auto few = members.substr(primitive("g0").size());
    CHECK(outcome(cib("<group id=\"g\">" + few + "</group>")) == "planned");
    std::string locations;
    for (std::size_t i = 0; i <= policy::max_constraints; ++i)
        locations += "<rsc_location id=\"l" + number(i) + "\" rsc=\"r0\" node=\"n\" score=\"1\"/>";
    CHECK(outcome(cib(primitives(1), locations)) == "constraints: 20001 elements (at most 20000)");
}

TEST_CASE("what multiplies resources is bounded, however it is written") {
    const auto one = primitive("r");
    CHECK(outcome(cib(clone_of(one, pair("clone-max", "20000")))) ==
          "nvpair 'nv-clone-max': 20000 instances (at most 1000)");
    CHECK(outcome(cib(clone_of(one, pair("clone-max", "99999999999999999999")))) ==
          "nvpair 'nv-clone-max': 1000000000 instances (at most 1000)");
    CHECK(outcome(cib(clone_of(one, pair("hidden", "20000") +
                                        "<nvpair id-ref=\"nv-hidden\" name=\"clone-max\"/>"))) ==
          "nv-hidden: 20000 instances (at most 1000)");
    CHECK(outcome(cib(clone_of("<group id=\"g\">" + primitives(50) + "</group>",
                               pair("clone-max", "101")))) ==
          "resources: 5050 resource instances (at most 5000)");
    CHECK(outcome(cib(clone_of(one, pair("clone-max", "3")))) == "planned");
    CHECK(outcome(cib("<bundle id=\"b\"><docker image=\"i\" replicas=\"100000\"/></bundle>")) ==
          "docker '': 100000 replicas (at most 100)");
}

TEST_CASE("a date rule may not count through the ages") {
    const auto rule = [](const std::string& years) {
        return cib(primitive("r"),
                   "<rsc_location id=\"l\" rsc=\"r\"><rule id=\"ru\" score=\"1\">"
                   "<date_expression id=\"d\" operation=\"in_range\" start=\"2020-01-01\">"
                   "<duration id=\"du\" years=\"" +
                       years + "\"/></date_expression></rule></rsc_location>");
    };
    CHECK(outcome(rule("999999999")) == "duration 'du': years=999999999 (at most 10000)");
    CHECK(outcome(rule("10")) == "planned");
}

TEST_CASE("a chain of orders is bounded") {
    const auto longest = policy::max_order_chain;
    CHECK(outcome(cib(primitives(longest + 2), chain(longest))).starts_with("planned"));
    CHECK(outcome(cib(primitives(longest + 2), chain(longest + 1)))
              .ends_with("a chain of 501 orders (at most 500)"));
}

TEST_CASE("orders in a circle are refused") {
    const auto refused = [](const std::string& line) {
        return line.find("the order constraints go in a circle (remove one of them)") !=
               std::string::npos;
    };
    const auto group = "<group id=\"g\">" + primitive("r1") + primitive("r2") + "</group>";
    const auto three = primitives(3);
    const std::string set =
        "<rsc_order id=\"s\"><resource_set id=\"s1\"><resource_ref id=\"r0\"/>"
        "<resource_ref id=\"r1\"/></resource_set><resource_set id=\"s2\" sequential=\"false\">"
        "<resource_ref id=\"r2\"/></resource_set></rsc_order>";
    CHECK(refused(outcome(cib(primitives(1), order("r0", "r0")))));
    CHECK(refused(outcome(cib(three, order("r0", "r1") + order("r1", "r2") + order("r2", "r0")))));
    CHECK(refused(outcome(cib(three, set + order("r1", "r0")))));
    CHECK(refused(outcome(cib(three, set + order("r2", "r0", "kind=\"Optional\"")))));
    CHECK(refused(outcome(cib(primitive("r0") + group, order("r2", "r0") + order("r0", "g")))));
    CHECK(refused(outcome(cib(primitive("r0") + group, order("r2", "r0") + order("r0", "r1")))));
    CHECK(refused(outcome(cib("<clone id=\"c\">" + primitive("r1") + "</clone>" + primitive("r0"),
                              order("c", "r0") + order("r0", "c")))));
}

TEST_CASE("orders that only look like a circle are planned") {
    const auto three = primitives(3);
    const auto group = "<group id=\"g\">" + primitive("r1") + primitive("r2") + "</group>";
    CHECK(outcome(cib(three, order("r0", "r1") + order("r0", "r2") + order("r1", "r2"))) ==
          "planned");
    CHECK(outcome(cib(three, order("r0", "r1") + order("r1", "r0", "kind=\"Serialize\""))) ==
          "planned");
    CHECK(
        outcome(cib(three, order("r0", "r1", "symmetrical=\"false\"") +
                               order("r1", "r0", "first-action=\"stop\" symmetrical=\"false\""))) ==
        "planned");
    CHECK(outcome(cib(primitive("r0") + group, order("r0", "g") + order("r0", "r2"))) == "planned");
}

TEST_CASE("an order with a tag is one with each resource of the tag") {
    const std::string tags =
        "<tags><tag id=\"t\"><obj_ref id=\"r1\"/><obj_ref id=\"r2\"/></tag></tags>";
    const auto tagged = [&](const std::string& orders) {
        return replaced(cib(primitives(3), orders), "</configuration>", tags + "</configuration>");
    };
    CHECK(outcome(tagged(order("r0", "t"))) == "planned");
    CHECK(outcome(tagged(order("r0", "t") + order("r2", "r0"))).find("in a circle") !=
          std::string::npos);
}
