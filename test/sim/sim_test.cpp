// The simulator in the everyday tests: a few seeds, every seed that ever found a bug, and that a
// seed means the same twice.
#include "test/sim/story.hpp"

#include <cpe_test_paths.hpp>

#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

using namespace cpe::sim;

namespace {

std::string told(const StoryEnd& end) {
    std::string text;
    for (const auto& line : end.violations) text += line + "\n";
    return text;
}

void check(const StoryOptions& options) {
    const StoryEnd end = tell(options);
    INFO("replay: build/dev/test/simulator --seed " << options.seed << " --faults "
                                                    << options.faults << " --verbose");
    CHECK(told(end) == "");
}

}  // namespace

TEST_CASE("whatever goes wrong, no rule is broken, and all is well when it is over") {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) check({seed, 40, false, {}});
}

TEST_CASE("seeds that found a bug once find none any more") {
    std::ifstream list(std::string(CPE_SOURCE_DIR) + "/test/sim/regressions");
    REQUIRE(list.good());
    for (std::string line; std::getline(list, line);) {
        if (line.empty() || line.front() == '#') continue;
        StoryOptions options;
        std::istringstream words(line);
        REQUIRE(words >> options.seed >> options.faults);
        check(options);
    }
}

TEST_CASE("the same seed gives the same event log, another seed another one") {
    const auto first = tell({7, 60, false, {}});
    const auto again = tell({7, 60, false, {}});
    const auto other = tell({8, 60, false, {}});
    CHECK(first.log_hash == again.log_hash);
    CHECK(first.steps == again.steps);
    CHECK(first.log_hash != other.log_hash);
}
