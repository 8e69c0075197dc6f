// What the model holds of a document: defaults, values, spellings of 2012.
#include "engines/deployable/parse.hpp"
#include "test/golden/golden.hpp"

#include <memory_resource>

using namespace cpe;

namespace {

deployable::Parsed parse(const std::string& document) {
    auto parsed = deployable::parse(document, {}, *std::pmr::get_default_resource());
    if (parsed.has_error()) FAIL(parsed.error().line());
    return std::move(*parsed);
}

deployable::Parsed with_service(const std::string& attributes, const std::string& inside = "") {
    return parse(
        "<deployable name='d' uuid='1'><assemblies><assembly name='a' uuid='2'><services>"
        "<service name='s' " +
        attributes + ">" + inside + "</service></services></assembly></assemblies></deployable>");
}

const Service& service_of(const deployable::Parsed& parsed) {
    return parsed.deployable.assemblies.at(0).services.at(0);
}

}  // namespace

TEST_CASE("a bare service gets every default") {
    const auto parsed = with_service("class='ocf' type='Dummy'");
    const auto& service = service_of(parsed);
    CHECK(service.resource == "rsc_a_s");
    CHECK(service.provider == "heartbeat");
    CHECK_FALSE(service.monitor_interval.has_value());
    CHECK(service.start_timeout == std::chrono::seconds(60));
    CHECK(service.stop_timeout == std::chrono::seconds(60));
    CHECK(service.monitor_timeout == std::chrono::seconds(20));
    CHECK_FALSE(service.escalation.enabled());
    CHECK(service.line == 1);
}

TEST_CASE("classes, and a provider only where there can be one") {
    CHECK(service_of(with_service("class='lsb' type='x' provider='pacemaker'")).provider.empty());
    CHECK(service_of(with_service("class='lsb' type='x'")).agent_class == AgentClass::lsb);
    CHECK(service_of(with_service("class='systemd' type='x'")).agent_class == AgentClass::systemd);
    CHECK(service_of(with_service("class='ocf' type='x' provider='pacemaker'")).provider ==
          "pacemaker");
}

TEST_CASE("the document of 2012 means what it meant") {
    const auto parsed = parse(
        test::read_file(test::source_path("test/golden/deployable/later/classic-wordpress.xml")));
    const auto& model = parsed.deployable;
    REQUIRE(model.assemblies.size() == 2);
    CHECK(model.uuid == "123456");
    CHECK(model.channel == ChannelKind::agent);
    const auto& script = model.assemblies[0].services.at(0);
    CHECK(script.resource == "cfg_wp_httpd");
    CHECK(script.configures == "rsc_wp_httpd");
    const auto& httpd = model.assemblies[0].services.at(1);
    CHECK(httpd.monitor_interval == std::chrono::seconds(10));
    CHECK_FALSE(httpd.escalation.enabled());
    REQUIRE(httpd.parameters.size() == 4);
    CHECK(std::get<Text>(httpd.parameters[0].value) == "wordpress");
    const auto& reference = std::get<Reference>(httpd.parameters[3].value);
    CHECK(reference.assembly == "mysql");
    CHECK(reference.attribute == Reference::Attribute::hostname);
    const auto& mysqld = model.assemblies[1].services.at(0);
    CHECK(mysqld.monitor_interval == std::chrono::seconds(1));
    CHECK(mysqld.escalation.failures == 4U);
    CHECK(mysqld.escalation.period == std::chrono::seconds(60));
    CHECK(std::get<Text>(mysqld.parameters.at(0).value) == "3306");
    REQUIRE(model.dependencies.size() == 1);
    CHECK(model.dependencies[0].id == "1");
    CHECK(model.dependencies[0].first == "rsc_mysql_mysqld");
    CHECK(model.dependencies[0].then == "rsc_wp_httpd");
}

TEST_CASE("escalation is never, unless both numbers are whole and above zero") {
    const struct {
        const char *failures, *period;
        bool enabled;
        std::size_t notes;
    } rows[] = {{"3", "60", true, 0},
                {"+3", "60", true, 0},
                {"-1", "-1", false, 0},
                {"0", "60", false, 0},
                {"INFINITY", "60", false, 0},
                {"3", "INFINITY", false, 0},
                {"three", "60", false, 1},
                {"3", "60s", false, 1},
                {"3", "1.5", false, 1},
                {"", "60", false, 1},
                {"99999999999999999999", "99999999999999999999", true, 0}};
    for (const auto& row : rows) {
        CAPTURE(row.failures, row.period);
        const auto parsed =
            with_service("class='lsb' type='x' escalation_failures='" + std::string(row.failures) +
                         "' escalation_period='" + row.period + "'");
        CHECK(service_of(parsed).escalation.enabled() == row.enabled);
        CHECK(parsed.notes.size() == row.notes);
    }
    CHECK_FALSE(service_of(with_service("class='lsb' type='x' escalation_failures='3'"))
                    .escalation.enabled());
}

TEST_CASE("values are kept to the letter") {
    const auto parsed = with_service(
        "class='lsb' type='x'",
        "<parameters><parameter name='a'><value> x &lt;&amp;<![CDATA[<b>]]><!-- no -->\n</value>"
        "</parameter><parameter name='b'><value/></parameter>"
        "<parameter name='c' value='&quot;&#10;é'/></parameters>");
    const auto& parameters = service_of(parsed).parameters;
    CHECK(std::get<Text>(parameters.at(0).value) == " x <&<b>\n");
    CHECK(std::get<Text>(parameters.at(1).value).empty());
    CHECK(std::get<Text>(parameters.at(2).value) == "\"\n\xC3\xA9");
}

TEST_CASE("an assembly may refer to itself") {
    const auto parsed = with_service("class='lsb' type='x'",
                                     "<parameters><parameter name='ip'><reference assembly='a' "
                                     "parameter='ipaddress'/></parameter></parameters>");
    CHECK(std::get<Reference>(service_of(parsed).parameters.at(0).value).assembly == "a");
}

TEST_CASE("lines are those on which elements begin, also far down") {
    const auto parsed = parse(std::string(70'000, '\n') +
                              "<deployable name='d' uuid='1'>\n<assemblies>\n<assembly\nname='a'\n"
                              "uuid='2'/></assemblies></deployable>");
    CHECK(parsed.deployable.assemblies.at(0).line == 70'003);
}
