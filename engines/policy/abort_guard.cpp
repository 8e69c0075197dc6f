#include "engines/policy/abort_guard.hpp"

#include "engines/policy/log_bridge.hpp"

#include <crm/crm.h>

#include <array>
#include <csetjmp>
#include <cstdio>

namespace {

struct Guard {
    sigjmp_buf home;
    std::array<char, 512> assertion;
};

thread_local Guard* armed = nullptr;

}  // namespace

extern "C" {

// do_fork tells the two uses apart: TRUE for CRM_CHECK and for GLib's criticals, which go on after
// the call; FALSE for CRM_ASSERT, which calls abort() if we return.
void crm_abort(const char* file, const char* function, int line, const char* condition, gboolean,
               gboolean do_fork) {
    std::array<char, 512> text;
    std::snprintf(text.data(), text.size(), "%s (%s, %s:%d)", condition, function, file, line);
    if (do_fork) {
        cpe::policy::log_failed_check(text.data());
        return;
    }
    if (!armed) return;
    armed->assertion = text;
    siglongjmp(armed->home, 1);
}
}

namespace cpe::policy {

std::string call_guarded(void (*call)(void*), void* context) {
    Guard guard{};
    if (sigsetjmp(guard.home, 0) == 0) {
        armed = &guard;
        call(context);
    }
    armed = nullptr;
    return guard.assertion.data();
}

}  // namespace cpe::policy
