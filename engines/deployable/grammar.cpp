#include "engines/deployable/grammar.hpp"

#include "engines/deployable/xml.hpp"

#include <libxml/relaxng.h>

#include <string>
#include <utility>

namespace cpe::deployable {
namespace {

constexpr const char* rng_namespace = "http://relaxng.org/ns/structure/1.0";

struct FreeParser {
    void operator()(xmlRelaxNGParserCtxt* parser) const { xmlRelaxNGFreeParserCtxt(parser); }
};
struct FreeSchema {
    void operator()(xmlRelaxNG* schema) const { xmlRelaxNGFree(schema); }
};
struct FreeValidator {
    void operator()(xmlRelaxNGValidCtxt* validator) const { xmlRelaxNGFreeValidCtxt(validator); }
};

/// libxml2 would fetch what these name.
bool names_files(const xmlNode* root) {
    for (const xmlNode* node = root; node;) {
        const auto name = xml::view(node->name);
        if (node->type == XML_ELEMENT_NODE && (name == "externalRef" || name == "include"))
            return true;
        if (node->type == XML_ELEMENT_NODE && node->children) {
            node = node->children;
            continue;
        }
        while (node && !node->next) node = node->parent;
        if (node) node = node->next;
    }
    return false;
}

}  // namespace

struct Grammar::Impl {
    std::unique_ptr<xmlRelaxNG, FreeSchema> schema;
};

Grammar::Grammar(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Grammar::Grammar(Grammar&&) noexcept = default;
Grammar& Grammar::operator=(Grammar&&) noexcept = default;
Grammar::~Grammar() = default;

Result<Grammar> Grammar::compile(std::string_view text) {
    const auto document = xml::Document::read_trusted(text);
    if (!document) return document.error();
    const xmlNode* root = xmlDocGetRootElement(document->get());
    if (!root->ns || xml::view(root->ns->href) != rng_namespace || names_files(root))
        return Error{Errc::internal, "not a self-contained RELAX NG grammar", "the schema", ""};
    const std::unique_ptr<xmlRelaxNGParserCtxt, FreeParser> parser{
        xmlRelaxNGNewDocParserCtxt(document->get())};
    xml::FirstError first;
    auto impl = std::make_unique<Impl>();
    if (parser) {
        xmlRelaxNGSetParserStructuredErrors(parser.get(), &xml::FirstError::keep, &first);
        impl->schema.reset(xmlRelaxNGParse(parser.get()));
    }
    if (!impl->schema)
        return Error{Errc::internal, "the grammar does not compile", "the schema",
                     first.error ? first.error->line() : ""};
    return Grammar(std::move(impl));
}

Result<> Grammar::check(std::string_view text) const {
    const auto document = xml::Document::read(text);
    if (!document) return document.error();
    const std::unique_ptr<xmlRelaxNGValidCtxt, FreeValidator> validator{
        xmlRelaxNGNewValidCtxt(impl_->schema.get())};
    if (!validator) return Error{Errc::internal, "no memory for a validator", "", ""};
    xml::FirstError first;
    xmlRelaxNGSetValidStructuredErrors(validator.get(), &xml::FirstError::keep, &first);
    const int outcome = xmlRelaxNGValidateDoc(validator.get(), document->get());
    if (outcome == 0) return {};
    if (outcome < 0) return Error{Errc::internal, "the validator failed", "", ""};
    if (first.error) return *first.error;
    return Error{Errc::invalid_input, "not a deployable", "line 1", "see docs/deployable.md"};
}

}  // namespace cpe::deployable
