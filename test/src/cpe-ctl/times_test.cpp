#include "src/cpe-ctl/text/times.hpp"
#include "test/src/cpe-ctl/samples.hpp"

#include <catch2/catch.hpp>

using namespace cpe::ctl;
using cpe::EventId;
using cpe::WallTime;

namespace {

const Moment at = cpe::ctl::test::moment();
const std::int64_t now = cpe::ctl::test::noon_ms;

std::int64_t time_of(std::string_view text) {
    const auto since = parse_since(text, at);
    if (!since) FAIL(since.error().line());
    return std::get<WallTime>(*since).ms;
}

}  // namespace

TEST_CASE("times are local, with their age") {
    CHECK(local_time({now}, at) == "2026-11-22T12:31:42");
    CHECK(local_time({0}, at) == "1970-01-01T01:00:00");
    CHECK(age({now}, at) == "0 s ago");
    CHECK(age({now - 3'999}, at) == "3 s ago");
    CHECK(age({now - 119'000}, at) == "119 s ago");
    CHECK(age({now - 120'000}, at) == "2 min ago");
    CHECK(age({now - 7'200'000}, at) == "2 h ago");
    CHECK(age({now - 172'800'000}, at) == "2 d ago");
    CHECK(age({now + 500}, at) == "0 s ago");
    CHECK(age({now + 60'000}, at) == "in 60 s");
    CHECK(time_and_age({now - 3'000}, at) == "2026-11-22T12:31:39 (3 s ago)");
    CHECK(time_and_age({0}, at) == "-");
}

TEST_CASE("option --since takes an id, an age or ISO 8601") {
    CHECK(std::get<EventId>(*parse_since("#42", at)) == EventId{42});
    CHECK(time_of("30s") == now - 30'000);
    CHECK(time_of("10m") == now - 600'000);
    CHECK(time_of("10min") == now - 600'000);
    CHECK(time_of("2h") == now - 7'200'000);
    CHECK(time_of("1d") == now - 86'400'000);
    CHECK(time_of("2026-11-22T12:31:42") == now);
    CHECK(time_of("2026-11-22 12:31:42") == now);
    CHECK(time_of("2026-11-22T11:31:42Z") == now);
    CHECK(time_of("2026-11-22T11:31:42.5Z") == now + 500);
    CHECK(time_of("2026-11-22T11:31:42.123456Z") == now + 123);
    CHECK(time_of("2026-11-22T13:31:42+02:00") == now);
    CHECK(time_of("2026-11-22T08:01:42-0330") == now);
    CHECK(time_of("2026-11-22T13:31:42+02") == now);
    CHECK(time_of("2026-11-22T12:31") == now - 42'000);
    CHECK(time_of("2026-11-22") == 1'795'305'600'000 - 3'600'000);
}

TEST_CASE("what is no time is refused with the forms") {
    for (const auto* text : {"",
                             "#",
                             "#x",
                             "#-1",
                             "10",
                             "10x",
                             "-5m",
                             "1.5h",
                             "2026-13-01",
                             "2026-02-30",
                             "2026-11-22T",
                             "2026-11-22T25:00",
                             "2026-11-22T12:60",
                             "2026-11-22T12:31:42.",
                             "2026-11-22T12:31:42+25:00",
                             "2026-11-22T12:31:42Zx",
                             "22.11.2026",
                             "yesterday",
                             "99999999999999999999h",
                             "999999999999d"}) {
        INFO(text);
        const auto since = parse_since(text, at);
        REQUIRE(since.has_error());
        CHECK(since.error().where == "--since");
        CHECK(since.error().hint.find("ISO 8601") == 0);
    }
}
