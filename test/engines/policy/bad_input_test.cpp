#include "engines/policy/document.hpp"
#include "engines/policy/scheduler.hpp"
#include "test/engines/policy/files.hpp"

#include <catch2/catch.hpp>

using namespace cpe;
using namespace cpe::test;

namespace {

constexpr WallTime now{1'700'000'000'000};

Error error_of(const std::string& text, bool validate = true) {
    policy::Scheduler scheduler{LogSink{}};
    const auto result = scheduler.run("bad", text, now, validate);
    REQUIRE(result.has_error());
    return result.error();
}

std::string nested(std::size_t depth) {
    std::string open = "<cib>", close;
    for (std::size_t i = 1; i < depth; ++i) {
        open += "<a>";
        close += "</a>";
    }
    return open + close + "</cib>";
}

}  // namespace

TEST_CASE("what is not XML, or not a CIB, is refused with what is wrong") {
    const auto [text, line] = GENERATE(table<std::string, std::string>({
        {"", "CIB: it is empty"},
        {std::string(5'000'000, 'x'), "CIB: line 1: Start tag expected, '<' not found"},
        {std::string("<cib>\0</cib>", 12), "CIB: line 1: "},
        {"<cib><a></cib>", "CIB: line 1: Premature end of data in tag cib"},
        {"<html/>", "CIB: the root element is not 'cib'"},
        {"<!DOCTYPE cib><cib/>", "CIB: it has a DTD (remove the DOCTYPE declaration)"},
        {"<!DOCTYPE cib [<!ENTITY a \"aaaa\">]><cib>&a;</cib>", "CIB: it has a DTD"},
        {"<cib/>", "CIB: against Pacemaker's grammar"},
    }));
    const auto error = error_of(text);
    CHECK(error.code == Errc::invalid_input);
    INFO(error.line());
    CHECK(error.line().starts_with(line));
}

TEST_CASE("a grammar error names what the grammar minds, even for 'none'") {
    for (const char* schema : {"pacemaker-3.9", "none", "pacemaker-1.0", "nonsense"}) {
        auto text = replaced(sample("4-steady"), "pacemaker-3.9", schema);
        text = replaced(text, "<node id=\"u-db\" ", "<node ");
        const auto error = error_of(text);
        INFO(error.line());
        CHECK(error.code == Errc::invalid_input);
        CHECK(error.what.find("node") != std::string::npos);
    }
}

TEST_CASE("sizes and depths over the limit are refused before anything is done") {
    auto huge = error_of(std::string(policy::max_cib_bytes + 1, ' '));
    CHECK(huge.code == Errc::too_large);
    CHECK(huge.line() == "CIB: 16777217 bytes (at most 16777216)");
    CHECK(error_of(nested(policy::max_depth + 1)).code == Errc::too_large);
    CHECK(error_of(nested(200'000)).code != Errc::internal);
    CHECK(error_of(nested(policy::max_depth)).code == Errc::invalid_input);
}

TEST_CASE("what was not validated and is odd does no harm") {
    for (const char* text : {"<cib/>", "<cib><configuration/></cib>",
                             "<cib><configuration><resources/></configuration></cib>"}) {
        policy::Scheduler scheduler{LogSink{}};
        const auto result = scheduler.run("odd", text, now, false);
        if (result) CHECK(result->graph.synapses.empty());
    }
}
