#include "adapters/local/leases.hpp"

#include "result_text.hpp"

#include <catch2/catch.hpp>

using namespace cpe::local;

namespace {

Leases on(const char* slice) {
    Leases leases;
    leases.set_slice(*parse_subnet(slice));
    return leases;
}

std::string next(Leases& leases, std::uint32_t last = 0) {
    const auto address = leases.lease(last);
    return address ? address_text(*address) : "none";
}

}  // namespace

TEST_CASE("addresses go round and skip those in use") {
    auto leases = on("10.0.0.0/29");  // .1 is the bridge's, .2 to .6 are guests'
    CHECK(next(leases) == "10.0.0.2");
    CHECK(next(leases) == "10.0.0.3");
    leases.release(*parse_address("10.0.0.2"));
    CHECK(next(leases) == "10.0.0.4");  // the one just freed rests
    CHECK(next(leases) == "10.0.0.5");
    CHECK(next(leases) == "10.0.0.6");
    CHECK(next(leases) == "10.0.0.2");
    CHECK(leases.in_use() == 5);
    const auto full = leases.lease(0);
    REQUIRE_FALSE(full);
    CHECK(full.error().code == cpe::Errc::unavailable);
    CHECK(full.error().what == "all 5 addresses are in use");
}

TEST_CASE("a guest gets another address than the last time while there is one") {
    auto leases = on("10.0.0.0/29");
    leases.adopt(*parse_address("10.0.0.6"));
    CHECK(next(leases, *parse_address("10.0.0.2")) == "10.0.0.3");
    auto tight = on("10.0.0.0/30");
    CHECK(next(tight, *parse_address("10.0.0.2")) == "10.0.0.2");  // there is no other
}

TEST_CASE("adopted addresses are in use, and the round goes on after them") {
    auto leases = on("10.0.0.0/29");
    leases.adopt(*parse_address("10.0.0.4"));
    leases.had(*parse_address("10.0.0.3"));
    CHECK(next(leases) == "10.0.0.5");
    CHECK(next(leases) == "10.0.0.6");
    CHECK(next(leases) == "10.0.0.2");
    CHECK(next(leases) == "10.0.0.3");
    CHECK(next(leases) == "none");
}

TEST_CASE("addresses of another slice do not move the round out of this one") {
    auto leases = on("10.0.0.0/29");
    leases.adopt(*parse_address("192.168.1.9"));
    CHECK(next(leases) == "10.0.0.2");
}
