#include "engines/policy/library.hpp"

#include "engines/policy/abort_guard.hpp"
#include "engines/policy/log_bridge.hpp"

#include <crm/common/xml.h>
#include <sys/stat.h>

extern "C" {
// Exported by libpacemaker.so.1 without a public header.
// Pacemaker's name. NOLINTNEXTLINE(bugprone-reserved-identifier)
void pcmk__schedule_actions(xmlNode* cib, unsigned long long flags, pe_working_set_t* set);
}

namespace cpe::policy {
namespace {

constexpr unsigned long long flags = pe_flag_no_counts | pe_flag_no_compat;

/// libxml2's own setters reach the value of what it takes for the main thread (the first that used
/// it), whichever thread calls; the variable of its headers is the calling thread's.
NodeCallbacks exchange_main(NodeCallbacks with) {
    return {xmlRegisterNodeDefault(with.on_new), xmlDeregisterNodeDefault(with.on_free)};
}

NodeCallbacks exchange_own(NodeCallbacks with) {
    const NodeCallbacks before{xmlRegisterNodeDefaultValue, xmlDeregisterNodeDefaultValue};
    xmlRegisterNodeDefaultValue = with.on_new;
    xmlDeregisterNodeDefaultValue = with.on_free;
    return before;
}

/// Pacemaker 2.1.5's crm_log_preinit() sets the callbacks by those setters, and the umask: both are
/// put back.
NodeCallbacks prepare_process() {
    const auto before = exchange_main({nullptr, nullptr});
    const auto mask = umask(0);
    umask(mask);
    crm_log_preinit("cpe-policy", 0, nullptr);
    umask(mask);
    open_log_target();
    return exchange_main(before);
}

const NodeCallbacks& pacemaker_callbacks() {
    static const NodeCallbacks callbacks = prepare_process();
    return callbacks;
}

/// cluster_status() goes first: the scheduler would reset the set otherwise, and forget `now`.
void run_scheduler(void* context) {
    auto* set = static_cast<pe_working_set_t*>(context);
    cluster_status(set);
    pcmk__schedule_actions(set->input, flags, set);
}

}  // namespace

Library::Library() : before_(exchange_own(pacemaker_callbacks())) {}

Library::~Library() {
    exchange_own(before_);
}

bool Library::valid(const Document& cib) const {
    struct Call {
        xmlNode* root;
        bool valid;
    } call{xmlDocGetRootElement(cib.get()), false};
    const auto assertion = call_guarded(
        [](void* context) {
            auto* self = static_cast<Call*>(context);
            self->valid = validate_xml(self->root, nullptr, TRUE) != FALSE;
        },
        &call);
    return assertion.empty() && call.valid;
}

Result<WorkingSet> Library::schedule(Document cib, Time now, unsigned long long more_flags) const {
    WorkingSet set{pe_new_working_set()};
    if (!set) return Error{Errc::internal, "no memory for the scheduler", "", ""};
    set->input = xmlDocGetRootElement(cib.release());
    set->flags |= flags | more_flags;
    set->now = now.release();
    const auto assertion = call_guarded(run_scheduler, set.get());
    if (!assertion.empty()) {
        // Half built: to free it could fail the next assertion.
        static_cast<void>(set.release());
        return Error{Errc::internal, "the scheduler failed an assertion: " + assertion, "", ""};
    }
    return set;
}

}  // namespace cpe::policy
