// Examples that people copy: those of docs/deployable.md and conf/examples.
#include "engines/deployable/grammar.hpp"
#include "engines/deployable/parse.hpp"
#include "test/golden/golden.hpp"

#include <memory_resource>

using namespace cpe;

namespace {

/// The fenced blocks of this language.
std::vector<std::string> blocks(const std::string& text, const std::string& language) {
    const std::string begin = "```" + language + "\n", end = "\n```";
    std::vector<std::string> found;
    for (auto at = text.find(begin); at != text.npos; at = text.find(begin, at)) {
        at += begin.size();
        const auto close = text.find(end, at);
        REQUIRE(close != text.npos);
        found.push_back(text.substr(at, close - at));
        at = close;
    }
    return found;
}

void check_example(const std::string& document) {
    static const auto grammar =
        deployable::Grammar::compile(test::read_file(test::source_path("schemas/deployable.rng")));
    INFO(document);
    const auto parsed = deployable::parse(document, {}, *std::pmr::get_default_resource());
    if (parsed.has_error()) FAIL(parsed.error().line());
    CHECK(parsed->unsupported.empty());
    CHECK(grammar.value().check(document).has_value());
}

}  // namespace

TEST_CASE("the examples of docs/deployable.md are documents that work") {
    const auto text = test::read_file(test::source_path("docs/deployable.md"));
    const auto examples = blocks(text, "xml");
    CHECK(examples.size() >= 3);
    for (const auto& example : examples) check_example(example);
}

TEST_CASE("the documents of conf/examples work") {
    for (const auto& file : test::files("conf/examples", ".xml"))
        check_example(test::read_file(file));
}

TEST_CASE("docs/deployable.md names every element and attribute of the grammar") {
    const auto text = test::read_file(test::source_path("docs/deployable.md"));
    const auto grammar = test::read_file(test::source_path("schemas/deployable.rng"));
    const std::string mark = "name=\"";
    for (const char* kind : {"<element ", "<attribute "})
        for (auto at = grammar.find(kind + mark); at != grammar.npos;
             at = grammar.find(kind + mark, at + 1)) {
            const auto begin = at + std::string(kind).size() + mark.size();
            const auto name = grammar.substr(begin, grammar.find('"', begin) - begin);
            CAPTURE(name);
            CHECK(text.find(name) != text.npos);
        }
}
