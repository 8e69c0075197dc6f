#include "engines/deployable/values.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace cpe;
using namespace cpe::deployable;

TEST_CASE("durations are seconds, Pacemaker's form, or ISO 8601") {
    const struct {
        const char* text;
        std::int64_t ms;
    } good[] = {{"0", 0},
                {"10", 10'000},
                {"007", 7'000},
                {"10s", 10'000},
                {"10sec", 10'000},
                {"500ms", 500},
                {"500msec", 500},
                {"2m", 120'000},
                {"2min", 120'000},
                {"1h", 3'600'000},
                {"1hr", 3'600'000},
                {"PT10S", 10'000},
                {"PT1M30S", 90'000},
                {"PT2H", 7'200'000},
                {"P1D", 86'400'000},
                {"P1DT1S", 86'401'000},
                {"PT0S", 0}};
    for (const auto& row : good) {
        CAPTURE(row.text);
        REQUIRE(duration(row.text));
        CHECK(duration(row.text)->count() == row.ms);
    }
    for (const char* bad : {"",    " ",      "s",      "-1",  "+1",  "1.5",      "1 s", "10S",
                            "1d",  "1us",    "P",      "PT",  "P1",  "P1M",      "P1W", "P1DT",
                            "PT1", "PT1S1M", "PT1M1M", "T1S", "1e3", "INFINITY", "0x10"}) {
        CAPTURE(bad);
        CHECK_FALSE(duration(bad));
    }
}

TEST_CASE("durations and numbers that are too big stay big, without overflow") {
    const std::string nines(400, '9');
    for (const auto& text : {nines, nines + "h", "P" + nines + "DT" + nines + "H" + nines + "S",
                             std::string("9223372036854775807h")}) {
        REQUIRE(duration(text));
        CHECK(duration(text)->count() > 1'000'000'000'000'000);
    }
    CHECK(whole_number(nines).value() > 1'000'000'000'000'000);
    CHECK(whole_number("-" + nines).value() < -1'000'000'000'000'000);
}

TEST_CASE("durations written down are read back") {
    for (const std::int64_t ms : {1, 500, 999, 1'000, 1'001, 60'000, 604'800'000}) {
        CAPTURE(ms);
        CHECK(duration(to_text(Millis{ms})) == Millis{ms});
    }
    CHECK(to_text(Millis{2'000}) == "2s");
    CHECK(to_text(Millis{1'500}) == "1500ms");
}

TEST_CASE("names, identities, types and parameters") {
    CHECK(is_name("a"));
    CHECK(is_name("A-z_0.9"));
    CHECK(is_name(".hidden"));
    CHECK(is_name(std::string(64, 'x')));
    for (const auto& bad : {std::string(), std::string("."), std::string(".."), std::string("a b"),
                            std::string("a/b"), std::string("\xC3\xA9"), std::string(65, 'x')})
        CHECK_FALSE(is_name(bad));
    CHECK(is_identity("any <\"text\">"));
    CHECK(is_identity("\xC3\xA9"));
    CHECK_FALSE(is_identity(""));
    CHECK_FALSE(is_identity("two\nlines"));
    CHECK(is_agent_type("foo@bar.service"));
    CHECK_FALSE(is_agent_type("../x"));
    CHECK_FALSE(is_agent_type(".hidden"));
    CHECK(is_parameter_name("_x-y.z"));
    CHECK_FALSE(is_parameter_name("1x"));
    CHECK_FALSE(is_parameter_name("a=b"));
}

TEST_CASE("what is quoted in a message is one short line of whole characters") {
    CHECK(quoted("web") == "'web'");
    CHECK(quoted("a\nb") == "'a?b'");
    CHECK(quoted(std::string(63, 'x') + "\xC3\xA9") == "'" + std::string(63, 'x') + "...'");
}
