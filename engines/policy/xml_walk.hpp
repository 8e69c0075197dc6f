// Visits of a libxml2 tree.
//
// Thread: the tree's.
#pragma once

#include "engines/policy/document.hpp"

#include <libxml/tree.h>

#include <string>

namespace cpe::policy {

/// The first child element of that name, or null.
inline const xmlNode* child(const xmlNode& node, const char* name) {
    for (const xmlNode* at = node.children; at; at = at->next)
        if (is_element(*at, name)) return at;
    return nullptr;
}

/// Visits child elements; none when `node` is null.
template <class Visit>
void for_each_child(const xmlNode* node, Visit visit) {
    for (const xmlNode* at = node ? node->children : nullptr; at; at = at->next)
        if (at->type == XML_ELEMENT_NODE) visit(*at);
}

/// Visits what an `attributes` element of a graph holds, as visit(name, value): a name that begins
/// with a digit cannot be an attribute's, and stands in a child `param`.
template <class Visit>
void for_each_parameter(const xmlNode& attributes, Visit visit) {
    const auto text = [](const xmlAttr& at) {
        return at.children && at.children->content
                   ? reinterpret_cast<const char*>(at.children->content)
                   : "";
    };
    for (const xmlAttr* at = attributes.properties; at; at = at->next)
        visit(reinterpret_cast<const char*>(at->name), text(*at));
    for_each_child(&attributes, [&](const xmlNode& param) {
        const auto name = std::string(attribute(param, "name"));
        const auto value = std::string(attribute(param, "value"));
        if (is_element(param, "param") && !name.empty()) visit(name.c_str(), value.c_str());
    });
}

/// Visits all elements below `node`, parents first, without recursion: depth is the document's.
template <class Visit>
void for_each_below(const xmlNode& node, Visit visit) {
    const xmlNode* at = node.children;
    while (at) {
        if (at->type == XML_ELEMENT_NODE) visit(*at);
        if (at->type == XML_ELEMENT_NODE && at->children) {
            at = at->children;
            continue;
        }
        while (at && at != &node && !at->next) at = at->parent;
        at = !at || at == &node ? nullptr : at->next;
    }
}

}  // namespace cpe::policy
