// The document's elements -> the model: grammar only; what it means together is check.hpp's.
//
// Thread: any; pure. Ownership: all text of the model lives in the given memory resource.
#pragma once

#include "engines/deployable/parse.hpp"
#include "engines/deployable/report.hpp"
#include "engines/deployable/xml.hpp"

#include <memory_resource>
#include <vector>

namespace cpe::deployable {

/// A model that is grammatical, and what its checks need beside it.
struct Draft {
    Deployable model;
    std::vector<unsigned> dependency_lines;  ///< of model.dependencies
    unsigned line = 0;                       ///< of the deployable
};

Draft read(const xml::Element& root, const Limits&, Report&, std::pmr::memory_resource&);

Service read_service(const xml::Element&, std::string_view assembly, Report&,
                     std::pmr::memory_resource&);
/// Checks the grammar of a service that floats: nothing is kept of it yet.
void read_floating_service(const xml::Element&, Report&, std::pmr::memory_resource&);

Escalation read_escalation(const xml::Element&, Report&);

}  // namespace cpe::deployable
