// Which slice of the subnet a state directory gets, given what the machine claims already.
#include "adapters/local/sandbox/bridge.hpp"

#include "result_text.hpp"

#include <catch2/catch.hpp>

using namespace cpe::local;

namespace {

Claim claim(const char* network, bool connected = true) {
    return {"podman0", *parse_subnet(network), connected};
}

const Subnet subnet = *parse_subnet("10.88.0.0/16");

}  // namespace

TEST_CASE("the hash's slice is taken where it is free, else the next one") {
    CHECK(choose_slice(subnet, 3, {})->text() == "10.88.12.0/22");
    CHECK(choose_slice(subnet, 3, {claim("10.88.12.0/22")})->text() == "10.88.16.0/22");
    CHECK(choose_slice(subnet, 3, {claim("10.88.13.128/25")})->text() == "10.88.16.0/22");
    CHECK(choose_slice(subnet, 63, {claim("10.88.252.0/22")})->text() == "10.88.0.0/22");
    CHECK(choose_slice(subnet, ~0ULL, {})->text() == "10.88.252.0/22");
}

TEST_CASE("a wider route through a gateway is no claim, a wider network of an interface is") {
    CHECK(choose_slice(subnet, 0, {claim("10.0.0.0/8", false)}));
    CHECK_FALSE(choose_slice(subnet, 0, {claim("10.88.0.0/16", false)}));
    const auto taken = choose_slice(subnet, 0, {claim("10.0.0.0/8")});
    REQUIRE_FALSE(taken);
    CHECK(taken.error().line() ==
          "subnet 10.88.0.0/16: no part of it is free: podman0 has 10.0.0.0/8 "
          "(set this provider's subnet to an unused network)");
}

TEST_CASE("the machine's own addresses are seen as claims") {
    const auto claims = claims_of_machine("no-such-bridge");
    const bool loopback = std::any_of(claims.begin(), claims.end(), [](const Claim& each) {
        return each.interface == "lo" && each.network.text() == "127.0.0.0/8";
    });
    CHECK(loopback);
}
