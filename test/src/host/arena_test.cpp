#include "src/host/arena.hpp"

#include <catch2/catch.hpp>

#include <memory_resource>
#include <string>
#include <vector>

using cpe::host::Arena;
using cpe::host::ArenaFull;

TEST_CASE("an arena meters what it took from the system") {
    Arena arena(1U << 20U);
    CHECK(arena.used() < 1024);
    std::pmr::vector<std::pmr::string> rows(&arena.resource());
    for (int n = 0; n < 100; ++n)
        rows.emplace_back("a row that is too long for the small-string optimisation");
    CHECK(arena.used() >= 100 * 56);
    CHECK(arena.used() < 64U << 10U);
}

TEST_CASE("an arena refuses what is over its limit and goes on to serve what is not") {
    Arena arena(64U << 10U);
    std::pmr::vector<char> bytes(&arena.resource());
    CHECK_THROWS_AS(bytes.resize(128U << 10U), ArenaFull);
    bytes.resize(16U << 10U);
    CHECK(bytes.size() == 16U << 10U);
}

TEST_CASE("small things that come and go take no more from the system") {
    Arena arena(1U << 20U);
    std::size_t settled = 0;
    for (int round = 0; round < 100; ++round) {
        std::pmr::vector<std::pmr::string> rows(&arena.resource());
        for (int n = 0; n < 50; ++n) rows.emplace_back(40, 'x');
        if (round == 10) settled = arena.used();
        if (round > 10) CHECK(arena.used() == settled);
    }
}
