// Changes to a libxml2 tree, in the few ways that a status needs.
//
// Thread: the tree's. Names and values are text; libxml2 escapes them when it writes.
#pragma once

#include <libxml/tree.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace cpe::translate::tree {

/// Empty when it is not there.
std::string attribute(const xmlNode& node, const char* name);
void set(xmlNode& node, const char* name, std::string_view value);
void set(xmlNode& node, const char* name, std::int64_t value);
void unset(xmlNode& node, const char* name);

bool is(const xmlNode& node, std::string_view element);
/// The first child element of that name whose attribute has that value; null when there is none.
xmlNode* child(const xmlNode& node, std::string_view element, const char* name,
               std::string_view value);
xmlNode* child(const xmlNode& node, std::string_view element);
/// The child, made at the end where there is none.
xmlNode& need_child(xmlNode& node, const char* element);
xmlNode& add_child(xmlNode& node, const char* element);
void remove(xmlNode* node);

/// Takes away each child element for which `unwanted` is true.
template <class Predicate>
void remove_children_if(xmlNode& node, Predicate unwanted) {
    for (xmlNode* at = node.children; at;) {
        xmlNode* const next = at->next;
        if (at->type == XML_ELEMENT_NODE && unwanted(*at)) remove(at);
        at = next;
    }
}

}  // namespace cpe::translate::tree
