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
    std::vector<xml::Element> verbatim;      ///< of model.constraints; views of the document
    unsigned line = 0;                       ///< of the deployable
};

Draft read(const xml::Element& root, const Limits&, Report&, std::pmr::memory_resource&);

/// Of a service inside an assembly; its configure script, if it has one, stands before it.
void read_pinned_service(const xml::Element&, std::string_view assembly, List<Service>&, Report&,
                         std::pmr::memory_resource&);
Service read_floating_service(const xml::Element&, Report&, std::pmr::memory_resource&);

void read_constraints(const xml::Element&, const Limits&, Report&, std::pmr::memory_resource&,
                      Draft&);

Escalation read_escalation(const xml::Element&, Report&);
/// utilization="cpu=2 memory=512"; nothing when it is absent.
List<Capacity> read_capacity(const xml::Element&, std::pmr::memory_resource&);
/// Names between white space; nothing when it is absent.
List<Text> read_names(const xml::Element&, std::string_view attribute, std::pmr::memory_resource&);

}  // namespace cpe::deployable
