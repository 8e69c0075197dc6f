// The end of an instance and its disk: at a delete everywhere, before a rebuild or after a
// relocation where it was.
//
// Thread: its deployable's strand.
#pragma once

#include "engines/deployment/world.hpp"

namespace cpe::deployment {

/// The provider's answer to a destroy.
void destroy_done(World&, AssemblyUnit&, Result<InstanceReport>);
/// Where its disk is to be destroyed next; empty: at its provider.
[[nodiscard]] std::string place_to_clear(const AssemblyUnit&);

}  // namespace cpe::deployment
