// CTest runs each case by its name: a name that CMake or Catch2 reads as something else is run as
// nothing at all, and passes.
#include <cpe_test_paths.hpp>

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>

namespace fs = std::filesystem;

namespace {

/// A semicolon splits a CMake list, brackets are tags, a leading dash is an option of Catch2.
bool can_be_run(const std::string& name) {
    return !name.empty() && name.front() != '-' && name.find_first_of(";[]*") == std::string::npos;
}

}  // namespace

TEST_CASE("every test case has a name by which it can be run") {
    const std::regex form(R"re(TEST_CASE(?:_METHOD)?\((?:\w+,\s*)?((?:\s*"(?:[^"\\]|\\.)*")+))re");
    std::string broken;
    std::size_t cases = 0;
    for (const auto& entry : fs::recursive_directory_iterator(CPE_SOURCE_DIR "/test")) {
        if (entry.path().extension() != ".cpp" || entry.path().filename() == "test_names_test.cpp")
            continue;
        std::ifstream in(entry.path());
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        for (std::sregex_iterator at(text.begin(), text.end(), form), end; at != end; ++at) {
            ++cases;
            const std::string quoted = (*at)[1];
            const std::string name = quoted.substr(1, quoted.find_last_of('"') - 1);
            if (!can_be_run(name)) broken += entry.path().string() + ": " + name + "\n";
        }
    }
    INFO(broken);
    CHECK(broken.empty());
    CHECK(cases > 300);
}

TEST_CASE("names that would not be run are seen") {
    CHECK_FALSE(can_be_run("one thing; another"));
    CHECK_FALSE(can_be_run("--option"));
    CHECK_FALSE(can_be_run("tagged [e2e]"));
    CHECK(can_be_run("two-tier: killed, both tiers come back"));
}
