#include "adapters/local/subnet.hpp"

#include "result_text.hpp"

#include <catch2/catch.hpp>

using namespace cpe::local;

TEST_CASE("subnets are read, and what is wrong is named") {
    const auto subnet = parse_subnet("10.88.0.0/16");
    REQUIRE(subnet);
    CHECK(subnet->text() == "10.88.0.0/16");
    CHECK(address_text(subnet->gateway()) == "10.88.0.1");
    CHECK(subnet->contains(*parse_address("10.88.255.255")));
    CHECK_FALSE(subnet->contains(*parse_address("10.89.0.0")));

    const auto [text, complaint] = GENERATE(table<const char*, const char*>({
        {"", "no prefix length"},
        {"10.88.0.0", "no prefix length"},
        {"10.88.0/16", "not an IPv4 network"},
        {"10.88.0.0.0/16", "not an IPv4 network"},
        {"10.88.0.256/16", "not an IPv4 network"},
        {"10.88.0.-1/16", "not an IPv4 network"},
        {"fd00::/64", "not an IPv4 network"},
        {"10.88.0.0/", "not a number from 0 to 32"},
        {"10.88.0.0/33", "not a number from 0 to 32"},
        {"10.88.0.0/1x", "not a number from 0 to 32"},
        {"10.88.0.1/16", "the network is 10.88.0.0/16"},
        {"0.0.0.0/0", "wider than a /8"},
        {"10.0.0.0/31", "no room for a guest"},
    }));
    const auto wrong = parse_subnet(text);
    INFO(text);
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().code == cpe::Errc::invalid_input);
    CHECK(wrong.error().what.find(complaint) != std::string::npos);
}

TEST_CASE("a subnet has slices that cover it and do not overlap") {
    const auto wide = *parse_subnet("10.88.0.0/16");
    REQUIRE(slices_of(wide) == 64);
    CHECK(slice_of(wide, 0).text() == "10.88.0.0/22");
    CHECK(slice_of(wide, 63).text() == "10.88.252.0/22");
    CHECK(slice_of(wide, 64) == slice_of(wide, 0));
    for (std::uint32_t number = 0; number + 1 < 64; ++number)
        CHECK_FALSE(slice_of(wide, number).overlaps(slice_of(wide, number + 1)));
    const auto narrow = *parse_subnet("192.168.7.0/24");
    CHECK(slices_of(narrow) == 1);
    CHECK(slice_of(narrow, 12345) == narrow);
}
