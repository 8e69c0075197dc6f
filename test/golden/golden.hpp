// Golden files: what a test expects, kept beside its input, and rewritten with
// CPE_REWRITE_GOLDEN=1 (test/README.md).
#pragma once

#include <cpe_test_paths.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace cpe::test {

inline std::filesystem::path source_path(const std::string& relative) {
    return std::filesystem::path(CPE_SOURCE_DIR) / relative;
}

inline std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    INFO("reading " << path);
    REQUIRE(in);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Files of a folder of the source tree with this suffix, in order; there must be some.
inline std::vector<std::filesystem::path> files(const std::string& folder,
                                                const std::string& suffix) {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator(source_path(folder)))
        if (entry.path().extension() == suffix) found.push_back(entry.path());
    std::sort(found.begin(), found.end());
    INFO("looking for *" << suffix << " in " << folder);
    REQUIRE_FALSE(found.empty());
    return found;
}

/// Compares with the golden file, or rewrites it.
inline void check_golden(const std::filesystem::path& golden, const std::string& actual) {
    if (std::getenv("CPE_REWRITE_GOLDEN") != nullptr) {
        std::ofstream(golden, std::ios::binary) << actual;
        return;
    }
    INFO("golden file " << golden << "; CPE_REWRITE_GOLDEN=1 rewrites it");
    CHECK(read_file(golden) == actual);
}

}  // namespace cpe::test
