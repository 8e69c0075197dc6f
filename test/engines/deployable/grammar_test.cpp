// schemas/deployable.rng and the parser say the same: over the corpus, and over everything that one
// change makes of its documents.
#include "engines/deployable/grammar.hpp"

#include "engines/deployable/read.hpp"
#include "test/golden/golden.hpp"

#include <libxml/tree.h>

#include <memory_resource>
#include <set>
#include <string>
#include <vector>

using namespace cpe;
using namespace cpe::deployable;

namespace {

const Grammar& grammar() {
    static const auto compiled =
        Grammar::compile(test::read_file(test::source_path("schemas/deployable.rng")));
    return compiled.value();
}

/// The parser's verdict on the grammar alone.
std::optional<Error> parser_error(const std::string& document) {
    const auto tree = xml::Document::read(document);
    if (tree.has_error()) return tree.error();
    Report report;
    read(tree->root(), {}, report, *std::pmr::get_default_resource());
    return report.error();
}

std::string text_of(xmlDoc* document) {
    xmlChar* text = nullptr;
    int length = 0;
    xmlDocDumpMemory(document, &text, &length);
    const xml::TextHandle owned(text);
    return std::string(xml::view(text));
}

const xmlChar* xml_text(const std::string& text) {
    return reinterpret_cast<const xmlChar*>(text.c_str());
}

/// What a change puts into a document.
struct Vocabulary {
    std::vector<std::string> words, values;
};

// clang-format off
const Vocabulary ours{{
    "deployable", "assemblies", "assembly", "services", "service", "parameters", "paramaters",
    "parameter", "paramater", "value", "reference", "constraints", "service_dependancy",
    "service_dependency", "rsc_location", "rsc_order", "policy", "configure_executable",
    "bogus", "name", "uuid", "monitor", "class", "provider", "type", "url", "id", "rebuild",
    "prefer", "instances", "image", "monitor_interval", "escalation_failures", "utilization",
    "first", "address", "port"
}, {
    "65535", "65536", "022", "10.0.0.1", "::1", "-x", "_x", "", " ", "0", "7", "-1", "+1", "10s", "10 s", "10S", "1.5", "500ms", "2min", "1hr", "9us",
    "P1D", "PT", "P", "PT5S", "P1DT", "P1DT1S", "PT1S1H", "PT1M1M", "P1M", "true", " true",
    "false", "TRUE", "ocf", " ocf ", "lsb", "agent", "ssh", "scalar", "a b", "a\tb", "a\nb",
    ".", "..", "...a", "-", "a/b", "ipaddress", "hostname", "rsc_db_mysqld", "\xC3\xA9",
    "a\x7F", "_x@:\\y", "1st", "INFINITY", "999999999", "9999999999", "a b c", " a  b ",
    "a .. b", "cpu=2", "cpu=2 memory=512", "cpu=", "=1", "cpu=-1", "file:///x",
    "file://host/x", "http://a/b c", "https://a", "http://", "ftp://a/b", std::string(64, 'a'),
    std::string(65, 'a'), std::string(128, 'a'), std::string(129, 'a'), std::string(255, 'a'),
    std::string(256, 'a')
}};

/// Of constraints that are Pacemaker's: kept apart, for libxml2 is slow with our longest elements.
const Vocabulary pacemakers{{
    "rsc_colocation", "resource_set", "resource_ref", "rule", "expression", "date_expression",
    "duration", "date_spec", "rsc", "with-rsc", "node", "score", "role", "kind", "action",
    "start", "end", "then", "score-attribute", "rsc_location", "rsc_order", "bogus", "id"
}, {
    "INFINITY", "-INFINITY", "Started", "promote", "Serialize", "eq", "in_range", "date_spec",
    "exclusive", "999999999", "9999999999", "", " ", "-1", "+1", "1.5", "true", " true", "or",
    "a b", "rsc_one", "1st", std::string(64, 'a'), std::string(65, 'a'), std::string(255, 'a'),
    std::string(256, 'a'), "+INFINITY", "INF"
}};
// clang-format on

/// All changes of one element, numbered; an empty text: there are no more.
std::string change(xmlNode& node, std::size_t number, const Vocabulary& with) {
    const auto name = std::string(xml::view(node.name));
    switch (number) {
        case 0: return "untouched " + name;
        case 1: xmlNodeSetName(&node, xml_text("bogus")); return "renamed " + name;
        case 2: xmlAddNextSibling(&node, xmlCopyNode(&node, 1)); return "doubled " + name;
        case 3: xmlAddChild(&node, xmlNewText(xml_text("text"))); return "text in " + name;
        case 4: xmlAddChild(&node, xmlNewText(xml_text(" \n"))); return "space in " + name;
        case 5: xmlAddChild(&node, xmlNewComment(xml_text("c"))); return "comment in " + name;
        case 6: {
            xmlNode* child = node.children;
            while (child) {
                xmlNode* next = child->next;
                xmlUnlinkNode(child);
                xmlFreeNode(child);
                child = next;
            }
            return "emptied " + name;
        }
        default: break;
    }
    number -= 7;
    if (number < with.words.size()) {
        xmlNewChild(&node, nullptr, xml_text(with.words[number]), nullptr);
        return "<" + with.words[number] + "> in " + name;
    }
    number -= with.words.size();
    if (number < with.words.size()) {
        xmlSetProp(&node, xml_text(with.words[number]), xml_text("x"));
        return with.words[number] + "=x in " + name;
    }
    number -= with.words.size();
    for (xmlAttr* attribute = node.properties; attribute; attribute = attribute->next) {
        const std::string attribute_name(xml::view(attribute->name));
        if (number == 0) {
            xmlRemoveProp(attribute);
            return "without " + attribute_name + " of " + name;
        }
        if (number <= with.values.size()) {
            xmlSetProp(&node, attribute->name, xml_text(with.values[number - 1]));
            return attribute_name + "='" + with.values[number - 1] + "' of " + name;
        }
        number -= with.values.size() + 1;
    }
    return {};
}

xmlNode* element_at(xmlDoc* document, std::size_t index) {
    xmlNode* node = xmlDocGetRootElement(document);
    while (node) {
        if (node->type == XML_ELEMENT_NODE && index-- == 0) return node;
        if (node->type == XML_ELEMENT_NODE && node->children) {
            node = node->children;
            continue;
        }
        while (node && !node->next) node = node->parent;
        if (node) node = node->next;
    }
    return nullptr;
}

struct Tally {
    std::size_t good = 0, bad = 0;
};

void compare(const std::string& document, const std::string& what, Tally& tally) {
    const auto parser = parser_error(document);
    const auto schema = grammar().check(document);
    ++(parser ? tally.bad : tally.good);
    if (parser.has_value() == schema.has_error()) return;
    FAIL_CHECK(what << "\nparser: " << (parser ? parser->line() : "good")
                    << "\nschema: " << (schema.has_error() ? schema.error().line() : "good"));
}

/// "deployable/assemblies/assembly": elements of one kind are changed in one way once only, for
/// libxml2 takes time exponential in an element's optional attributes.
std::string kind_of(const xmlNode& node) {
    std::string path;
    for (const xmlNode* at = &node; at && at->type == XML_ELEMENT_NODE; at = at->parent)
        path.insert(0, "/" + std::string(xml::view(at->name)));
    return path;
}

/// Every change of every kind of element, one at a time.
void compare_changes(const std::string& original, const Vocabulary& with, Tally& tally) {
    std::set<std::string> done;
    for (std::size_t index = 0;; ++index) {
        for (std::size_t number = 0;; ++number) {
            const auto tree = xml::Document::read_trusted(original);
            xmlNode* node = element_at(tree.value().get(), index);
            if (!node) return;
            const auto kind = kind_of(*node);
            const auto what = change(*node, number, with);
            if (what.empty()) break;
            if (done.insert(kind + ": " + what).second) compare(text_of(tree->get()), what, tally);
        }
    }
}

}  // namespace

TEST_CASE("the schema accepts what the parser accepts, and refuses what its grammar refuses") {
    for (const char* folder : {"good", "later", "bad-meaning", "bad-grammar"})
        for (const auto& file :
             test::files("test/golden/deployable/" + std::string(folder), ".xml")) {
            const auto document = test::read_file(file);
            INFO(file);
            const bool good = std::string(folder) != "bad-grammar";
            CHECK(grammar().check(document).has_value() == good);
            CHECK(parser_error(document).has_value() != good);
        }
}

TEST_CASE("schema and parser agree on every document that one change makes of the corpus") {
    Tally tally;
    for (const auto& file : test::files("test/golden/deployable/later", ".xml"))
        compare_changes(test::read_file(file), ours, tally);
    CHECK(tally.good > 500);
    CHECK(tally.bad > 2000);
}

TEST_CASE("schema and parser agree on every change of Pacemaker's constraints") {
    Tally tally;
    for (const char* name : {"constraints.xml", "date-rules.xml"})
        compare_changes(test::read_file(test::source_path("test/golden/deployable/good") / name),
                        pacemakers, tally);
    CHECK(tally.good > 500);
    CHECK(tally.bad > 2000);
}

TEST_CASE("a grammar that names other files, or is none, is refused") {
    const char* head = "<grammar xmlns='http://relaxng.org/ns/structure/1.0'>";
    CHECK(Grammar::compile("<grammar/>").has_error());
    CHECK(Grammar::compile("nothing").has_error());
    CHECK(
        Grammar::compile(head + std::string("<include href='/etc/x.rng'/></grammar>")).has_error());
    CHECK(Grammar::compile(head + std::string("<start><ref name='x'/></start></grammar>"))
              .has_error());
}
