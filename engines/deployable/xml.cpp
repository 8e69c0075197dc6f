#include "engines/deployable/xml.hpp"

#include <limits>
#include <new>
#include <string>

namespace cpe::deployable::xml {
namespace {

struct FreeParser {
    void operator()(xmlParserCtxt* context) const { xmlFreeParserCtxt(context); }
};
using Parser = std::unique_ptr<xmlParserCtxt, FreeParser>;

/// The next node in document order below `top` (null: of the document), without recursion.
xmlNode* following(xmlNode* node, const xmlNode* top = nullptr) {
    if (node->type == XML_ELEMENT_NODE && node->children) return node->children;
    while (node && node != top && !node->next) node = node->parent;
    return node && node != top ? node->next : nullptr;
}

/// Each element points to its line, where libxml2 leaves room for the application.
void store_lines(xmlDoc& document, Lines& lines) {
    std::size_t index = 0;
    for (xmlNode* node = xmlDocGetRootElement(&document); node; node = following(node))
        if (node->type == XML_ELEMENT_NODE && index < lines.size()) node->psvi = &lines[index++];
}

Result<DocumentHandle> parse(std::string_view text, int more_options) {
    if (text.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
        return Error{Errc::too_large, "over 2 GiB of XML", "", ""};
    const Parser parser{xmlNewParserCtxt()};
    if (!parser) return Error{Errc::internal, "no memory for an XML parser", "", ""};
    FirstError first;
    parser->_private = &first;
    parser->sax->serror = [](void* context, xmlError* error) {
        FirstError::keep(static_cast<xmlParserCtxt*>(context)->_private, error);
    };
    const int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                        XML_PARSE_NOCDATA | XML_PARSE_IGNORE_ENC | XML_PARSE_COMPACT | more_options;
    DocumentHandle document{xmlCtxtReadMemory(
        parser.get(), text.data(), static_cast<int>(text.size()), nullptr, "UTF-8", options)};
    if (first.error) return *first.error;
    if (!document || !xmlDocGetRootElement(document.get()))
        return Error{Errc::invalid_input, "not an XML document", "line 1", ""};
    return document;
}

/// libxml2's messages end in a newline and may quote the document: one line of bounded length.
std::string one_line(const char* message) {
    constexpr std::size_t longest = 160;
    std::string line = message ? message : "unknown error";
    while (!line.empty() && (line.back() == '\n' || line.back() == ' ')) line.pop_back();
    if (line.size() > longest) line = line.substr(0, longest) + "...";
    for (char& c : line)
        if (static_cast<unsigned char>(c) < 0x20) c = ' ';
    return line;
}

}  // namespace

void FirstError::keep(void* self, xmlError* error) {
    auto& first = *static_cast<FirstError*>(self);
    if (first.error || !error || error->level == XML_ERR_WARNING) return;
    first.error = Error{Errc::invalid_input,
                        (error->domain == XML_FROM_PARSER ? "not well-formed XML: " : "") +
                            one_line(error->message),
                        "line " + std::to_string(error->line), ""};
}

unsigned Element::line() const {
    return node_->psvi ? *static_cast<const unsigned*>(node_->psvi) : 0;
}

std::optional<std::string_view> Element::attribute(std::string_view name) const {
    for (const xmlAttr* attribute = node_->properties; attribute; attribute = attribute->next) {
        if (attribute->ns || view(attribute->name) != name) continue;
        // Without entities an attribute has one text node, or none when it is empty.
        return attribute->children ? view(attribute->children->content) : std::string_view{};
    }
    return std::nullopt;
}

std::optional<Element> Element::parent() const {
    if (!node_->parent || node_->parent->type != XML_ELEMENT_NODE) return std::nullopt;
    return Element(*node_->parent);
}

std::optional<Element> Element::child(std::string_view name) const {
    for (const xmlNode* node = node_->children; node; node = node->next)
        if (node->type == XML_ELEMENT_NODE && view(node->name) == name) return Element(*node);
    return std::nullopt;
}

std::string Element::text() const {
    std::string text;
    for (const xmlNode* node = node_->children; node; node = node->next)
        if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE)
            text += view(node->content);
    return text;
}

bool Element::has_text() const {
    for (const xmlNode* node = node_->children; node; node = node->next)
        if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE)
            if (view(node->content).find_first_not_of(" \t\r\n") != std::string_view::npos)
                return true;
    return false;
}

std::string Element::markup() const {
    struct FreeNode {
        void operator()(xmlNode* node) const { xmlFreeNode(node); }
    };
    struct FreeBuffer {
        void operator()(xmlBuffer* buffer) const { xmlBufferFree(buffer); }
    };
    const std::unique_ptr<xmlNode, FreeNode> copy{
        xmlDocCopyNode(const_cast<xmlNode*>(node_), node_->doc, 1)};
    const std::unique_ptr<xmlBuffer, FreeBuffer> text{xmlBufferCreate()};
    if (!copy || !text) throw std::bad_alloc();
    for (xmlNode* node = copy->children; node;) {
        xmlNode* const next = following(node, copy.get());
        if (node->type != XML_ELEMENT_NODE) {
            xmlUnlinkNode(node);
            xmlFreeNode(node);
        }
        node = next;
    }
    xmlNodeDump(text.get(), node_->doc, copy.get(), 0, 0);
    return std::string(view(xmlBufferContent(text.get())));
}

Result<Document> Document::read(std::string_view text) {
    auto lines = scan(text);
    if (!lines) return lines.error();
    auto document = parse(text, 0);
    if (!document) return document.error();
    store_lines(**document, *lines);
    return Document(std::move(*document), std::move(*lines));
}

Result<Document> Document::read_trusted(std::string_view text) {
    auto document = parse(text, XML_PARSE_HUGE);
    if (!document) return document.error();
    return Document(std::move(*document), {});
}

}  // namespace cpe::deployable::xml
