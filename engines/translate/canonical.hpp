// The model as a document again, with every default filled in: what the stylesheet reads.
//
// Thread: any; pure. The form of docs/deployable.md with right spellings, durations as "10s" or
// "500ms", and ids of constraints escaped to parts of XML names (constraint "a b" is "a_20b").
#pragma once

#include <cpe/model.hpp>

#include <string>

namespace cpe::translate {

std::string canonical_document(const Deployable&);

}  // namespace cpe::translate
