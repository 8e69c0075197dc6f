// The model as a document again, with every default filled in: what the stylesheet reads.
//
// Thread: any; pure. The form of docs/deployable.md with right spellings, durations as "10s" or
// "500ms", and ids of dependencies escaped to parts of XML names (dependency "a b" is "a_20b").
// What no document says has words of its own: a configure script is an element <script>, assemblies
// may be leaving="true" and services retired="true".
#pragma once

#include <cpe/model.hpp>

#include <string>

namespace cpe::translate {

std::string canonical_document(const Deployable&);

}  // namespace cpe::translate
