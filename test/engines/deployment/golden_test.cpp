// Event scripts against what was written down of them: every event, row and effect, with its time.
// Only rewrite what you can explain.
#include "test/golden/golden.hpp"
#include "test/engines/deployment/script.hpp"

using namespace cpe::test;

TEST_CASE("event scripts give the rows and effects that are written down") {
    for (const auto& file : files("test/golden/deployment", ".script")) {
        INFO(file);
        const Script script(file);
        std::string broken;
        for (const auto& line : script.sim().broken) broken += line + "\n";
        CHECK(broken == "");
        check_golden(std::filesystem::path(file).replace_extension(".log"), script.log());
    }
}
