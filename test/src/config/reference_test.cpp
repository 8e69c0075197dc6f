// One table, and everything that derives from it: the printed defaults load back to the defaults,
// conf/cped.yaml is what is printed, docs/configuration.md holds the table.
// CPE_REWRITE=1 in the environment rewrites the two files; the diff is to be reviewed.
#include <cpe_test_paths.hpp>

#include "src/config/keys.hpp"
#include "src/config/value.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

using namespace cpe::config;

namespace {

const std::string conf_file = CPE_SOURCE_DIR "/conf/cped.yaml";
const std::string doc_file = CPE_SOURCE_DIR "/docs/configuration.md";

std::string read(const std::string& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// As roff writes it: a plain hyphen may become a typographic one.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) out += c == '-' ? "\\-" : std::string(1, c);
    return out;
}

bool rewriting() {
    return std::getenv("CPE_REWRITE") != nullptr;
}

}  // namespace

TEST_CASE("the printed defaults load back to the defaults") {
    const auto loaded = parse(print_defaults(), "printed", {});
    if (!loaded) FAIL(loaded.error().line());
    CHECK(*loaded == *defaults());
}

TEST_CASE("conf/cped.yaml is the printed defaults") {
    if (rewriting()) std::ofstream(conf_file) << print_defaults();
    CHECK(read(conf_file) == print_defaults());
}

TEST_CASE("docs/configuration.md holds the table of keys") {
    const std::string begin = "<!-- keys: begin -->\n", end = "<!-- keys: end -->\n";
    std::string doc = read(doc_file);
    auto from = doc.find(begin);
    REQUIRE(from != std::string::npos);
    from += begin.size();
    const auto to = doc.find(end);
    REQUIRE(to != std::string::npos);
    if (rewriting())
        std::ofstream(doc_file) << doc.substr(0, from) + reference_table() + doc.substr(to);
    else
        CHECK(doc.substr(from, to - from) == reference_table());
}

TEST_CASE("every key stands once, has a meaning, and is named in the printed defaults") {
    std::set<std::string_view> seen;
    const auto printed = print_defaults();
    for (const Key& key : keys()) {
        INFO(key.path);
        CHECK(seen.insert(key.path).second);
        CHECK_FALSE(key.meaning.empty());
        CHECK(find_key(key.path) == &key);
        const auto dot = key.path.rfind('.');
        const auto word = dot == std::string_view::npos ? key.path : key.path.substr(dot + 1);
        if (key.of_type == "openstack") continue;  // no provider of that type by default
        CHECK(printed.find(std::string{word} + ":") != std::string::npos);
    }
}

TEST_CASE("every key of cped.yaml(5) is described there as the table has it") {
    const auto page = read(CPE_SOURCE_DIR "/docs/man/cped.yaml.5");
    REQUIRE_FALSE(page.empty());
    for (const Key& key : keys()) {
        if (!key.supported || key.kind == Kind::map || key.kind == Kind::list) continue;
        INFO(key.path);
        const auto item = page.find(".It Cm " + std::string{key.path} + "\n");
        REQUIRE(item != std::string::npos);
        const auto entry = page.substr(item, page.find(".It", item + 1) - item);
        const auto fallback = key.fallback.empty()     ? std::string{"Required."}
                              : key.fallback == "\"\"" ? std::string{"Default: empty."}
                                                       : "Default: " + escaped(key.fallback) + ".";
        CHECK(entry.find(fallback + "\n") != std::string::npos);
        CHECK(entry.find("Takes " + escaped(type_text(key)) + ".\n") != std::string::npos);
    }
}
