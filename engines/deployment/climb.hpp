// An assembly failed: counted, told, and taken to the rung that is due (design.md §8).
//
// Thread: its deployable's strand. What is decided here is carried out elsewhere: the fence by the
// assembly's life, an overhaul by overhaul.hpp, a pause without hope by give_up.hpp.
#pragma once

#include "engines/deployment/world.hpp"

#include <string>

namespace cpe::deployment {

/// Does a failure of an assembly count in its escalation window?
enum class Counted {
    no,
    yes,
    told,  ///< yes; the escalation that led to it stands in the event log already
};

/// One failure of an assembly while it is wanted. Failures while the whole deployable is taken down
/// do not count: they are dealt with.
void assembly_failed(World&, AssemblyUnit&, const std::string& reason, Counted);
/// Its instance did not come back from a start. The second time in a row it is to be made anew, if
/// it may be: an escalation, which is told here.
Counted did_not_come_back(World&, AssemblyUnit&, const std::string& reason);
/// There is no instance any more: the next start makes one.
void tell_absent(World&, const AssemblyUnit&);
/// Its state is known: after a long time without trouble the ladder begins at its foot.
void look_back(World&, DeployableState);

}  // namespace cpe::deployment
