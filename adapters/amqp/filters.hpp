// Filter maps of a source: between Proton's tree and Filters.
//
// Thread: the loop thread. Ownership: `terminus` stays Proton's.
#pragma once

#include "adapters/amqp/link.hpp"

#include <proton/terminus.h>

namespace cpe::amqp::detail {

/// Descriptors are stripped; an error when the map is no map of symbols.
[[nodiscard]] Result<Filters> read_filters(pn_terminus_t* terminus);

/// Each value is described by a symbol equal to its key, as registered filters are.
void write_filters(pn_terminus_t* terminus, const Filters& filters);

}  // namespace cpe::amqp::detail
