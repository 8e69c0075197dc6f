// The text of a CIB, parsed: owning handle, and what is refused before anything else looks at it.
//
// Thread: a document is made, used and freed on the scheduler's thread (its nodes carry Pacemaker's
// private data). Errors: Errc::invalid_input, Errc::too_large.
#pragma once

#include <cpe/result.hpp>

#include <libxml/tree.h>

#include <cstddef>
#include <memory>
#include <string_view>

namespace cpe::policy {

/// Of one CIB, in bytes; 1000 assemblies of 3 services come to about 6 MB.
constexpr std::size_t max_cib_bytes = 16U << 20U;
/// Nesting of elements; Pacemaker and libxml2 recurse on it.
constexpr std::size_t max_depth = 64;

struct FreeDocument {
    void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
};
using Document = std::unique_ptr<xmlDoc, FreeDocument>;

/// Well-formed, root `cib`, no DTD (it ends the parser: no entity is ever expanded), within limits.
Result<Document> parse_any_cib(std::string_view text);
/// And `validate-with` is set to the one schema that we write.
Result<Document> parse_cib(std::string_view text);

/// An attribute's value, or an empty view. Lives as long as the node.
std::string_view attribute(const xmlNode& node, const char* name);
bool is_element(const xmlNode& node, const char* name);

}  // namespace cpe::policy
