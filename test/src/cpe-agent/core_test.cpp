// The golden scripts of scripts/: commands to the core and what it wants done. Rewrite them with
// CPE_REWRITE=1 after a wanted change, and read the difference.
#include <cpe_test_paths.hpp>

#include "test/src/cpe-agent/core_script.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace fs = std::filesystem;

TEST_CASE("the agent's core does what the scripts say") {
    std::size_t scripts = 0;
    for (const auto& entry :
         fs::directory_iterator(fs::path(CPE_SOURCE_DIR) / "test/src/cpe-agent/scripts")) {
        ++scripts;
        std::ifstream in(entry.path());
        const std::string expected{std::istreambuf_iterator<char>(in), {}};
        const auto found = run_core_script(expected);
        if (std::getenv("CPE_REWRITE") != nullptr) std::ofstream(entry.path()) << found;
        INFO(entry.path());
        CHECK(found == expected);
    }
    CHECK(scripts >= 10);
}
