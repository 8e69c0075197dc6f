// Document -> configuration: golden files, Pacemaker's grammar, ids, and what is set at run time.
#include "engines/translate/canonical.hpp"
#include "engines/translate/markup.hpp"
#include "test/engines/translate/fixture.hpp"
#include "test/engines/translate/pacemaker.hpp"

#include <set>

using namespace cpe;
using namespace cpe::test;
using namespace cpe::translate;

namespace {

constexpr const char* web_with_reference =
    "<deployable name='d' uuid='1'><assemblies><assembly name='a' uuid='2'><services>"
    "<service name='s' class='ocf' type='Dummy'><parameters><parameter name='ip'>"
    "<reference assembly='a' parameter='ipaddress'/></parameter></parameters></service>"
    "<service name='t' class='lsb' type='t'/></services></assembly></assemblies></deployable>";

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("documents become the configurations that are written down") {
    for (const auto& file : files("test/golden/translate", ".xml")) {
        INFO(file);
        const auto cib = configure(read_file(file)).cib({}, {}, transition_uuid);
        REQUIRE(cib.has_value());
        CHECK(pacemaker_grammar_error(*cib) == "");
        check_golden(std::filesystem::path(file).replace_extension(".cib"), *cib);
    }
}

TEST_CASE("every document of the corpus becomes what Pacemaker's grammar allows") {
    for (const char* folder : {"good", "later"})
        for (const auto& file : files("test/golden/deployable/" + std::string(folder), ".xml")) {
            INFO(file);
            const auto cib = configure(read_file(file)).cib({}, {}, transition_uuid);
            CHECK(pacemaker_grammar_error(cib.value()) == "");
        }
}

TEST_CASE("the canonical document reads back as itself, with all defaults filled in") {
    const auto first = canonical_document(
        parse(read_file(source_path("test/golden/deployable/good/two-tier.xml"))).deployable);
    CHECK(canonical_document(parse(first).deployable) == first);
    CHECK(contains(first, "start_timeout=\"60s\" stop_timeout=\"60s\" monitor_timeout=\"20s\""));
}

TEST_CASE("a reference gets its value, or holds its service") {
    const auto configuration = configure(web_with_reference);
    RuntimeValues values;
    const auto held = configuration.cib(values, {}, transition_uuid).value();
    CHECK(contains(held, R"(<nvpair id="tr-rsc_a_s" name="target-role" value="Stopped"/>)"));
    CHECK_FALSE(contains(held, "name=\"ip\""));
    CHECK_FALSE(contains(held, "tr-rsc_a_t"));
    values.references = {{"rsc_a_s", "ip", "10.0.0.1\"<&\n"}};
    const auto set = configuration.cib(values, {}, transition_uuid).value();
    CHECK(contains(set,
                   R"(<nvpair id="p1-rsc_a_s" name="ip" value="10.0.0.1&quot;&lt;&amp;&#10;"/>)"));
    CHECK_FALSE(contains(set, "target-role"));
    CHECK(pacemaker_grammar_error(held) == "");
    CHECK(pacemaker_grammar_error(set) == "");
}

TEST_CASE("a value that has no place is a bug, and is told") {
    const auto configuration = configure(web_with_reference);
    for (const RuntimeValues& values :
         {RuntimeValues{.references = {{"rsc_a_s", "port", "1"}}, .held = {}},
          RuntimeValues{.references = {{"rsc_a_t", "ip", "1"}}, .held = {}},
          RuntimeValues{.references = {}, .held = {"rsc_a_gone"}},
          RuntimeValues{.references = {}, .held = {}, .maintained = {"gone"}}}) {
        const auto cib = configuration.cib(values, {}, transition_uuid);
        REQUIRE(cib.has_error());
        CHECK(cib.error().code == Errc::internal);
    }
}

TEST_CASE("ids of constraints become parts of XML names, and never the same") {
    const std::vector<std::string> ids = {"1",   "a b", "a_b", "a_20b", "a%20b", "-",
                                          "a:b", "a",   "A",   "é",     "e",     "a_5f20b"};
    std::set<std::string> parts;
    std::string constraints;
    for (const auto& id : ids) {
        parts.insert(name_part(id));
        constraints += "<service_dependency id='" + id + "' first='rsc_a_s' then='rsc_a_t'/>";
    }
    CHECK(parts.size() == ids.size());
    const auto cib = configure("<deployable name='d' uuid='1'><constraints>" + constraints +
                               "</constraints><assemblies><assembly name='a' uuid='a &lt;b&gt;'>"
                               "<services><service name='s' class='lsb' type='x'/>"
                               "<service name='t' class='lsb' type='x'/></services></assembly>"
                               "</assemblies></deployable>")
                         .cib({}, {}, transition_uuid);
    CHECK(pacemaker_grammar_error(cib.value()) == "");
    CHECK(contains(*cib, "<rsc_order id=\"dep-a_20b\""));
}

TEST_CASE("names that look alike give ids that differ") {
    std::string services, assemblies;
    for (const char* assembly : {"a", "a-b", "a.b", "0", "-", "rsc_"})
        assemblies += "<assembly name='" + std::string(assembly) + "' uuid='" + assembly +
                      "'><services><service name='b-c' class='ocf' type='x'><parameters>"
                      "<parameter name='p' value='1'/><parameter name='p-1' value='2'/>"
                      "</parameters></service><service name='1-b-c' class='ocf' type='x'>"
                      "<parameters><parameter name='p' value='1'/></parameters></service>"
                      "</services></assembly>";
    const auto cib = configure("<deployable name='d' uuid='1'><assemblies>" + assemblies +
                               "</assemblies></deployable>")
                         .cib({}, {}, transition_uuid);
    CHECK(pacemaker_grammar_error(cib.value()) == "");  // ids are of type ID: unique
}

TEST_CASE("values that look like places or markup stay values") {
    const auto cib =
        configure(
            "<deployable name='d' uuid='1'><assemblies><assembly name='a' uuid='2'><services>"
            "<service name='s' class='ocf' type='Dummy'><parameters><parameter name='p' "
            "value='&lt;?cpe status?&gt;'/></parameters></service></services></assembly>"
            "</assemblies></deployable>")
            .cib({}, {}, transition_uuid);
    CHECK(contains(cib.value(), R"(value="&lt;?cpe status?&gt;")"));
}
