// The real scheduler over the sample CIBs: plans are golden text beside them. CPE_REWRITE=1 in the
// environment rewrites those; only commit the difference if you understand what caused it.
#include "engines/policy/scheduler.hpp"

#include "test/engines/policy/files.hpp"
#include "test/engines/policy/plan_text.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <iterator>

using namespace cpe;
using namespace cpe::test;

namespace {

constexpr WallTime now{1'700'000'000'000};

policy::Scheduler quiet() {
    return policy::Scheduler(LogSink{});
}

}  // namespace

TEST_CASE("the sample situations get the expected plans") {
    auto scheduler = quiet();
    REQUIRE(samples().size() == 12);
    for (const auto& name : samples()) {
        INFO(name);
        const auto result = scheduler.run("shop", sample(name), now, true);
        REQUIRE(result.has_value());
        const auto plan = plan_text(result->graph);
        const auto golden = golden_dir() / (name + ".plan");
        if (std::getenv("CPE_REWRITE")) std::ofstream(golden) << plan;
        CHECK(plan == read_file(golden));
    }
}
