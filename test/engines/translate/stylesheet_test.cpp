// The stylesheet has no way out, and what is wrong with it is a value, not a line on stderr.
#include "test/engines/translate/fixture.hpp"

#include <filesystem>

using namespace cpe;
using namespace cpe::test;
using namespace cpe::translate;

namespace {

std::string sheet(const std::string& body, const std::string& top = "") {
    return "<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform' "
           "xmlns:exsl='http://exslt.org/common' extension-element-prefixes='exsl'>" +
           top + "<xsl:template match='/'>" + body + "</xsl:template></xsl:stylesheet>";
}

Error refusal(const std::string& text) {
    const auto compiled = Stylesheet::compile(text);
    if (compiled.has_error()) return compiled.error();
    const auto model =
        parse(read_file(source_path("test/golden/deployable/good/minimal.xml"))).deployable;
    const auto result = Configuration::translate(model, *compiled);
    REQUIRE(result.has_error());
    return result.error();
}

}  // namespace

TEST_CASE("a broken stylesheet is refused when it is compiled") {
    CHECK(Stylesheet::compile("").has_error());
    CHECK(Stylesheet::compile("<a/>").has_error());
    CHECK(Stylesheet::compile(sheet("<xsl:value-of select='((('/>")).has_error());
    CHECK(Stylesheet::compile(sheet("<xsl:bogus/>")).has_error());
    CHECK(Stylesheet::compile(sheet("", "<xsl:include href='file:///etc/x.xsl'/>")).has_error());
    CHECK(Stylesheet::compile(sheet("", "<xsl:import href='http://192.0.2.1/x'/>")).has_error());
}

TEST_CASE("a stylesheet reads no file, writes none, and its messages end nothing") {
    const auto victim = std::filesystem::temp_directory_path() / "cpe-stylesheet-was-here";
    std::filesystem::remove(victim);
    const auto place = "<?cpe status?>";
    CHECK(refusal(sheet("<cib><xsl:copy-of select=\"document('file:///etc/passwd')\"/></cib>"))
              .code == Errc::internal);
    CHECK(refusal(sheet("<cib><xsl:copy-of select=\"document('file:///etc/xml/catalog')\"/></cib>"))
              .code == Errc::internal);
    CHECK(refusal(sheet("<exsl:document href='" + victim.string() + "'><x/></exsl:document><cib/>"))
              .code == Errc::internal);
    CHECK_FALSE(std::filesystem::exists(victim));
    CHECK(refusal(sheet("<xsl:message terminate='yes'>no</xsl:message>")).code == Errc::internal);
    CHECK(refusal(sheet(std::string("<cib>") + place + "</cib>")).what ==
          "it has not exactly one place for the status");
    CHECK(
        refusal(sheet("<xsl:processing-instruction name='cpe'>bogus</xsl:processing-instruction>"))
            .code == Errc::internal);
}

TEST_CASE("a template that never ends is an error, not a crash") {
    CHECK(refusal(sheet("<xsl:call-template name='again'/>",
                        "<xsl:template name='again'><xsl:call-template name='again'/>"
                        "</xsl:template>"))
              .code == Errc::internal);
}
