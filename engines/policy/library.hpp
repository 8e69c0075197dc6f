// The calls into libpacemaker, with owning handles; the one place that declares its entry point.
//
// Thread: one at a time in the process (the library has process-wide state); construct and use a
// Library on one thread. Errors: see each call.
#pragma once

#include "engines/policy/clock.hpp"
#include "engines/policy/document.hpp"

#include <cpe/result.hpp>
#include <cpe/time.hpp>

#include <crm/crm.h>
#include <crm/pengine/status.h>
#include <crm_config.h>
#include <libxml/globals.h>

#include <memory>

namespace cpe::policy {

struct FreeWorkingSet {
    void operator()(pe_working_set_t* set) const { pe_free_working_set(set); }
};
/// Owns the CIB and the graph too.
using WorkingSet = std::unique_ptr<pe_working_set_t, FreeWorkingSet>;

/// What libxml2 calls for each node that is made and freed.
struct NodeCallbacks {
    xmlRegisterNodeFunc on_new;
    xmlDeregisterNodeFunc on_free;
};

/// While it lives, libxml2 nodes of this thread carry the private data that Pacemaker needs.
/// The first one prepares the process.
class Library {
public:
    Library();
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
    ~Library();

    /// Pacemaker's own grammar. Needs a LogScope for the message.
    [[nodiscard]] bool valid(const Document& cib) const;

    /// Runs the scheduler; the graph is in the set. Errc::internal: one of the library's
    /// assertions failed; the set and the document are leaked, later calls are sound.
    /// `more_flags`: pe_flag_*, beside our own.
    [[nodiscard]] Result<WorkingSet> schedule(Document cib, Time now,
                                              unsigned long long more_flags = 0) const;

private:
    NodeCallbacks before_;
};

}  // namespace cpe::policy
