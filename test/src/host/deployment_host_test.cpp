#include "src/host/deployment_host.hpp"

#include "test/src/host/world.hpp"

#include <catch2/catch.hpp>

using namespace cpe;
using cpe::host::test::World;
using Wish = event::Operator::Wish;

TEST_CASE("nothing is carried out, told or answered before it is durable") {
    World world;
    world.host->begin();
    world.release_all();
    bool answered = false;
    world.host->ask(Wish::start, {}, "tester",
                    [&](const Result<>& outcome) { answered = outcome.has_value(); });
    world.settle();
    REQUIRE_FALSE(world.store.held.empty());
    CHECK(world.provider.commands.empty());
    CHECK(world.channel.calls.empty());
    CHECK(world.published.empty());
    CHECK_FALSE(answered);

    world.release_all();
    CHECK(world.provider.commands == std::vector<std::string>{"start a"});
    CHECK(answered);
    CHECK_FALSE(world.published.empty());
}

TEST_CASE("events are told with the ids that the store gave, in order") {
    World world;
    world.host->begin();
    world.host->ask(Wish::start, {}, "tester", [](const Result<>&) {});
    world.release_all();
    REQUIRE(world.published.size() >= 2);
    for (std::size_t n = 0; n < world.published.size(); ++n)
        CHECK(world.published[n].id.value == n + 1);
}

TEST_CASE("a batch that cannot be made durable ends the DPE, and its effects never happen") {
    World world;
    world.host->begin();
    world.release_all();
    bool refused = false;
    world.host->ask(Wish::start, {}, "tester",
                    [&](const Result<>& outcome) { refused = outcome.has_error(); });
    world.settle();
    REQUIRE_FALSE(world.store.held.empty());
    world.store.fail({Errc::unavailable, "disk full", {}, {}});
    world.settle();
    CHECK(world.died.find("disk full") != std::string::npos);
    CHECK(world.provider.commands.empty());
    CHECK(refused);
}

TEST_CASE("a stopped host takes no more events and tells operators why") {
    World world;
    world.host->begin();
    std::string told;
    world.host->ask(Wish::start, {}, "tester",
                    [&](const Result<>& outcome) { told = outcome.error().what; });
    world.host->stop({Errc::unavailable, "cped is stopping", {}, {}});
    world.settle();
    CHECK(told == "cped is stopping");
    CHECK(world.provider.commands.empty());
}

TEST_CASE("an operator's wish on a stopped deployable leads to deletion and retirement") {
    World world;
    world.host->begin();
    world.release_all();
    world.host->ask(Wish::remove, {}, "tester", [](const Result<>&) {});
    world.release_all();
    REQUIRE(world.provider.commands == std::vector<std::string>{"destroy a"});
    CHECK_FALSE(world.retired);
}
