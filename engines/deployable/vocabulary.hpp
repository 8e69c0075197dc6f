// The words of a document: which elements there are and what each may hold, as tables.
//
// Thread: any; constants. The same grammar as schemas/deployable.rng, kept apart because libxml2's
// RELAX NG messages do not tell an author what to write; a test holds the two equal.
#pragma once

#include "engines/deployable/report.hpp"
#include "engines/deployable/xml.hpp"

#include <span>
#include <string_view>

namespace cpe::deployable {

enum class Use {
    required,
    optional,
    later,  ///< valid, but not supported yet: refused by name
};

struct AttributeRule {
    std::string_view name;
    Use use = Use::optional;
    bool (*valid)(std::string_view) = nullptr;  ///< null: any text
    std::string_view right = "";                ///< what would be right
    bool word = false;                          ///< one of a few: others are "unknown"
};

struct ChildRule {
    std::string_view name;
    bool many = false;
    Use use = Use::optional;
};

struct ElementRule {
    std::span<const AttributeRule> attributes;
    std::span<const ChildRule> children;
    bool text = false;  ///< text may stand inside
};

namespace rules {
extern const ElementRule deployable, assemblies, assembly, pinned_services, pinned_service,
    floating_services, floating_service, configure_executable, parameters, parameter, value,
    reference, constraints, service_dependency, policy;
// Pacemaker's own (vocabulary_pacemaker.cpp).
extern const ElementRule rsc_location, rsc_colocation, rsc_order, resource_set, resource_ref, rule,
    expression, date_expression, duration, date_spec;
}  // namespace rules

/// Attributes, children and text of this one element against its rule.
void check(const xml::Element&, const ElementRule&, Report&);

}  // namespace cpe::deployable
