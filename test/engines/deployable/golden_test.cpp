// Every document of test/golden/deployable against what the parser says of it.
#include "test/golden/golden.hpp"
#include "engines/deployable/parse.hpp"

#include <memory_resource>

using namespace cpe;
using test::check_golden;
using test::read_file;

namespace {

Result<deployable::Parsed> parse(const std::string& document) {
    return deployable::parse(document, {}, *std::pmr::get_default_resource());
}

/// What `cpe-ctl validate` would tell, line by line.
std::string remarks(const deployable::Parsed& parsed) {
    std::string text;
    for (const auto& error : parsed.unsupported) text += error.line() + "\n";
    for (const auto& note : parsed.notes) text += note + "\n";
    return text;
}

void check_refused(const char* folder) {
    for (const auto& file : test::files(folder, ".xml")) {
        INFO(file);
        const auto parsed = parse(read_file(file));
        REQUIRE(parsed.has_error());
        CHECK(
            (parsed.error().code == Errc::invalid_input || parsed.error().code == Errc::too_large));
        check_golden(std::filesystem::path(file).replace_extension(".txt"),
                     parsed.error().line() + "\n");
    }
}

}  // namespace

TEST_CASE("good documents are parsed without a word") {
    for (const auto& file : test::files("test/golden/deployable/good", ".xml")) {
        INFO(file);
        const auto parsed = parse(read_file(file));
        if (!parsed) FAIL(parsed.error().line());
        CHECK(remarks(*parsed) == "");
    }
}

TEST_CASE("documents with what is not supported yet are parsed and told of by name") {
    for (const auto& file : test::files("test/golden/deployable/later", ".xml")) {
        INFO(file);
        const auto parsed = parse(read_file(file));
        if (!parsed) FAIL(parsed.error().line());
        check_golden(std::filesystem::path(file).replace_extension(".txt"), remarks(*parsed));
    }
}

TEST_CASE("ungrammatical documents are refused with line, element and what would be right") {
    check_refused("test/golden/deployable/bad-grammar");
}

TEST_CASE("documents that mean nothing are refused with line, element and what would be right") {
    check_refused("test/golden/deployable/bad-meaning");
}
