// The first look at foreign bytes: one cheap pass that refuses what an XML library would choke on.
//
// Thread: any; pure. libxml2 compares every attribute of an element with every other one, and makes
// about 120 bytes of tree of a 4-byte element: so bytes, elements, attributes and depth are bounded
// before it sees the document. DTDs (and with them all entities) end here too. Of a document that
// is not well-formed the scan may count nonsense: libxml2 refuses it anyway.
#pragma once

#include <cpe/result.hpp>

#include <cstddef>
#include <string_view>
#include <vector>

namespace cpe::deployable {

struct ScanLimits {
    std::size_t elements = 200'000;
    std::size_t attributes = 64;  ///< of one element
    std::size_t depth = 64;
};

/// The line on which each element begins, in document order. (libxml2 knows only where a start tag
/// ends, and counts to 65,535.)
using Lines = std::vector<unsigned>;

/// Errors: Errc::invalid_input (not UTF-8 text, a DTD), Errc::too_large (naming the limit).
Result<Lines> scan(std::string_view document, const ScanLimits& = {});

}  // namespace cpe::deployable
