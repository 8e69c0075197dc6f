#include "src/config/units.hpp"

#include <catch2/catch.hpp>

#include <utility>
#include <vector>

using namespace cpe::config;
using cpe::Millis;

TEST_CASE("durations are a whole number and a unit") {
    const std::vector<std::pair<const char*, std::int64_t>> good = {
        {"0ms", 0},         {"500ms", 500},    {"2s", 2000},
        {"15min", 900'000}, {"1h", 3'600'000}, {"90d", 7'776'000'000}};
    for (const auto& [text, ms] : good) {
        INFO(text);
        const auto parsed = parse_duration(text);
        REQUIRE(parsed.has_value());
        CHECK(*parsed == Millis{ms});
    }
    for (const auto* text : {"", "5", "s", "-1s", "1.5s", "2 s", "2S", "1m", "2sec", "+1s",
                             "99999999999999999999s", "9223372036854775807d"}) {
        INFO(text);
        CHECK_FALSE(parse_duration(text).has_value());
    }
}

TEST_CASE("sizes are a whole number and a binary unit") {
    CHECK(parse_size("512B")->value == 512);
    CHECK(parse_size("64KiB")->value == 65'536);
    CHECK(parse_size("4MiB")->value == 4'194'304);
    CHECK(parse_size("2TiB")->value == 2'199'023'255'552);
    for (const auto* text : {"", "4", "4MB", "4M", "-4MiB", "0.5GiB", "9999999999999TiB"}) {
        INFO(text);
        CHECK_FALSE(parse_size(text).has_value());
    }
}

TEST_CASE("numbers and truth values are taken in one form only") {
    CHECK(*parse_integer("30") == 30);
    CHECK(*parse_integer("-3") == -3);
    CHECK(*parse_boolean("true"));
    CHECK_FALSE(*parse_boolean("false"));
    for (const auto* text : {"", "0x10", "1e3", "3.0", " 3", "99999999999999999999"})
        CHECK_FALSE(parse_integer(text).has_value());
    for (const auto* text : {"yes", "no", "on", "True", "1", ""})
        CHECK_FALSE(parse_boolean(text).has_value());
}

TEST_CASE("a fraction is a decimal number, and nothing else") {
    for (const auto& [text, number] : std::vector<std::pair<const char*, double>>{
             {"0", 0}, {"1", 1}, {"0.5", 0.5}, {"0.000001", 0.000001}, {"00.50", 0.5}})
        CHECK(*parse_fraction(text) == number);
    for (const auto* text : {"", ".", ".5", "1.", "-0.5", "+1", "1e-1", "0x1", "nan", "inf", "50%",
                             "0,5", "0.5.5", " 0.5", "0.1234567", "1234567"}) {
        INFO(text);
        CHECK_FALSE(parse_fraction(text).has_value());
    }
}

TEST_CASE("a subnet is an IPv4 network with no host bits") {
    for (const auto* text : {"10.88.0.0/16", "192.168.7.16/28", "10.0.0.0/8"})
        CHECK(check_subnet(text).has_value());
    for (const auto* text :
         {"10.88.0.1/16", "10.88.0.0", "10.88.0.0/33", "10.88.0.0/7", "10.88.0.0/29", "10.88.0/16",
          "256.0.0.0/8", "010.0.0.0/8", "fd00::/64", "10.88.0.0/16 ", "", "10.88.0.0/"}) {
        INFO(text);
        CHECK_FALSE(check_subnet(text).has_value());
    }
}

TEST_CASE("names are 1 to 64 safe characters") {
    CHECK(check_name("lab-1.a_B").has_value());
    CHECK(check_name(std::string(64, 'x')).has_value());
    for (const auto& text : {std::string{}, std::string(65, 'x'), std::string{"a b"},
                             std::string{"a/b"}, std::string{"ä"}})
        CHECK_FALSE(check_name(text).has_value());
}
