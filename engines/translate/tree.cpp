#include "engines/translate/tree.hpp"

namespace cpe::translate::tree {
namespace {

const xmlChar* xml(const char* text) {
    return reinterpret_cast<const xmlChar*>(text);
}

std::string_view view(const xmlChar* text) {
    return text ? reinterpret_cast<const char*>(text) : std::string_view{};
}

}  // namespace

std::string attribute(const xmlNode& node, const char* name) {
    for (const xmlAttr* at = node.properties; at; at = at->next)
        // Without entities an attribute has one text node, or none when it is empty.
        if (view(at->name) == name)
            return std::string(view(at->children ? at->children->content : nullptr));
    return {};
}

void set(xmlNode& node, const char* name, std::string_view value) {
    xmlSetProp(&node, xml(name), xml(std::string(value).c_str()));
}

void set(xmlNode& node, const char* name, std::int64_t value) {
    set(node, name, std::to_string(value));
}

void unset(xmlNode& node, const char* name) {
    xmlUnsetProp(&node, xml(name));
}

bool is(const xmlNode& node, std::string_view element) {
    return node.type == XML_ELEMENT_NODE && view(node.name) == element;
}

xmlNode* child(const xmlNode& node, std::string_view element, const char* name,
               std::string_view value) {
    for (xmlNode* at = node.children; at; at = at->next)
        if (is(*at, element) && attribute(*at, name) == value) return at;
    return nullptr;
}

xmlNode* child(const xmlNode& node, std::string_view element) {
    for (xmlNode* at = node.children; at; at = at->next)
        if (is(*at, element)) return at;
    return nullptr;
}

xmlNode& need_child(xmlNode& node, const char* element) {
    xmlNode* const found = child(node, element);
    return found ? *found : add_child(node, element);
}

xmlNode& add_child(xmlNode& node, const char* element) {
    return *xmlNewChild(&node, nullptr, xml(element), nullptr);
}

void remove(xmlNode* node) {
    if (!node) return;
    xmlUnlinkNode(node);
    xmlFreeNode(node);
}

}  // namespace cpe::translate::tree
