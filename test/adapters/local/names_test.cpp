#include "adapters/local/names.hpp"

#include "adapters/local/sandbox/backoff.hpp"
#include "adapters/local/subnet.hpp"

#include <catch2/catch.hpp>

using namespace cpe::local;

TEST_CASE("interfaces are named after the state directory, within the kernel's 15 characters") {
    const std::filesystem::path one = "/var/lib/cpe";
    const std::filesystem::path two = "/var/lib/cpe2";
    const auto last = *parse_address("10.88.255.254");
    CHECK(bridge_name(one).size() <= 15);
    CHECK(veth_name(one, last).size() == 15);
    CHECK(bridge_name(one) == interface_prefix(one) + "-br");
    CHECK(bridge_name(one) != bridge_name(two));
    CHECK(veth_name(one, last) != veth_name(two, last));
    CHECK(veth_name(one, last) == interface_prefix(one) + "-3fe");
    CHECK(veth_name(one, last) != veth_name(one, last - 1));
}

TEST_CASE("an agent that keeps ending is started with growing pauses") {
    Backoff backoff;
    std::vector<std::int64_t> pauses;
    for (int run = 0; run < 8; ++run) pauses.push_back(backoff.after_run(cpe::Millis(5)).count());
    CHECK(pauses == std::vector<std::int64_t>{0, 100, 200, 400, 800, 1600, 2000, 2000});
    CHECK(backoff.after_run(Backoff::steady).count() == 0);
    CHECK(backoff.after_run(cpe::Millis(5)).count() == 100);
}
