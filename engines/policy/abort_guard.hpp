// Leaves a call of Pacemaker's libraries that fails one of their assertions.
//
// The libraries call crm_abort() through the PLT; ours is found first because executables export it
// (engines/policy/CMakeLists.txt). An assertion then ends the call by siglongjmp and not the
// process; what the call had allocated is leaked (about 70 KB). It cannot catch SIGSEGV or a hang.
//
// Thread: any; the guard belongs to the calling thread.
#pragma once

#include <string>

namespace cpe::policy {

/// Runs `call(context)`, which must hold no C++ object with a destructor. Returns the assertion
/// that ended it, or an empty string when it returned.
std::string call_guarded(void (*call)(void*), void* context);

}  // namespace cpe::policy
