#include "engines/policy/document.hpp"

#include <libxml/parser.h>
#include <libxml/xmlerror.h>

#include <cstring>
#include <string>

namespace cpe::policy {
namespace {

constexpr const char* schema = "pacemaker-3.9";

const xmlChar* xml(const char* text) {
    return reinterpret_cast<const xmlChar*>(text);
}

std::string parser_message() {
    const xmlError* error = xmlGetLastError();
    if (!error || !error->message) return "not well-formed XML";
    std::string text(error->message);
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return "line " + std::to_string(error->line) + ": " + text;
}

Error refused(std::string what, std::string hint = {}) {
    return Error{Errc::invalid_input, std::move(what), "CIB", std::move(hint)};
}

struct FreeParser {
    void operator()(xmlParserCtxt* parser) const { xmlFreeParserCtxt(parser); }
};
using Parser = std::unique_ptr<xmlParserCtxt, FreeParser>;

/// Before a declaration in it is read: entities could grow without end.
void refuse_dtd(void* context, const xmlChar*, const xmlChar*, const xmlChar*) {
    auto* parser = static_cast<xmlParserCtxt*>(context);
    *static_cast<bool*>(parser->_private) = true;
    xmlStopParser(parser);
}

/// Without recursion, for the depth is not known yet.
bool too_deep(const xmlNode& root) {
    std::size_t depth = 1;
    const xmlNode* at = &root;
    while (at) {
        if (at->type == XML_ELEMENT_NODE && at->children) {
            if (++depth > max_depth) return true;
            at = at->children;
            continue;
        }
        while (at != &root && !at->next) {
            at = at->parent;
            --depth;
        }
        at = at == &root ? nullptr : at->next;
    }
    return false;
}

}  // namespace

std::string_view attribute(const xmlNode& node, const char* name) {
    for (const xmlAttr* at = node.properties; at; at = at->next)
        if (std::strcmp(reinterpret_cast<const char*>(at->name), name) == 0)
            return at->children && at->children->content
                       ? reinterpret_cast<const char*>(at->children->content)
                       : std::string_view{};
    return {};
}

bool is_element(const xmlNode& node, const char* name) {
    return node.type == XML_ELEMENT_NODE &&
           std::strcmp(reinterpret_cast<const char*>(node.name), name) == 0;
}

Result<Document> parse_any_cib(std::string_view text) {
    if (text.size() > max_cib_bytes)
        return Error{Errc::too_large, std::to_string(text.size()) + " bytes", "CIB",
                     "at most " + std::to_string(max_cib_bytes)};
    if (text.empty()) return refused("it is empty");
    // HUGE lifts libxml2's own limit of 10 MB; ours stands before it.
    const int options = XML_PARSE_NOBLANKS | XML_PARSE_NONET | XML_PARSE_NOERROR |
                        XML_PARSE_NOWARNING | XML_PARSE_HUGE;
    xmlResetLastError();
    const Parser parser{xmlNewParserCtxt()};
    if (!parser) return Error{Errc::internal, "no memory for the parser", "CIB", ""};
    bool has_dtd = false;
    parser->_private = &has_dtd;
    parser->sax->internalSubset = refuse_dtd;
    Document document{xmlCtxtReadMemory(parser.get(), text.data(), static_cast<int>(text.size()),
                                        "cib", nullptr, options)};
    if (has_dtd) return refused("it has a DTD", "remove the DOCTYPE declaration");
    if (!document) return refused(parser_message());
    xmlNode* root = xmlDocGetRootElement(document.get());
    if (!root || !is_element(*root, "cib")) return refused("the root element is not 'cib'");
    if (too_deep(*root))
        return Error{Errc::too_large, "elements nested too deep", "CIB",
                     "at most " + std::to_string(max_depth)};
    return document;
}

Result<Document> parse_cib(std::string_view text) {
    auto document = parse_any_cib(text);
    // Always: with another value, or 'none', Pacemaker would not check against its grammar.
    if (document)
        xmlSetProp(xmlDocGetRootElement(document->get()), xml("validate-with"), xml(schema));
    return document;
}

}  // namespace cpe::policy
