// The words of constraints that are Pacemaker's own: what it still means today of
// constraints-3.9.rng and rule-3.9.rng, without what it only tolerates.
#include "engines/deployable/values.hpp"
#include "engines/deployable/vocabulary.hpp"

#include <algorithm>
#include <array>

namespace cpe::deployable {
namespace {

template <std::size_t N>
bool one_of(const std::array<std::string_view, N>& words, std::string_view text) {
    return std::find(words.begin(), words.end(), text) != words.end();
}

bool is_discovery(std::string_view text) {
    return text == "always" || text == "never" || text == "exclusive";
}
bool is_role(std::string_view text) {
    constexpr std::array<std::string_view, 6> roles{"Stopped",    "Started", "Promoted",
                                                    "Unpromoted", "Master",  "Slave"};
    return one_of(roles, text);
}
bool is_action(std::string_view text) {
    return text == "start" || text == "promote" || text == "demote" || text == "stop";
}
bool is_kind(std::string_view text) {
    return text == "Optional" || text == "Mandatory" || text == "Serialize";
}
bool is_boolean_operator(std::string_view text) {
    return text == "and" || text == "or";
}
bool is_comparison(std::string_view text) {
    constexpr std::array<std::string_view, 8> words{"lt", "gt", "lte",     "gte",
                                                    "eq", "ne", "defined", "not_defined"};
    return one_of(words, text);
}
bool is_value_type(std::string_view text) {
    return text == "string" || text == "integer" || text == "number" || text == "version";
}
bool is_value_source(std::string_view text) {
    return text == "literal" || text == "param" || text == "meta";
}
bool is_date_operation(std::string_view text) {
    return text == "in_range" || text == "gt" || text == "lt" || text == "date_spec";
}

constexpr std::string_view roles_form = "Started, Stopped, Promoted or Unpromoted";
constexpr std::string_view actions_form = "start, promote, demote or stop";
constexpr std::string_view kinds_form = "Mandatory, Optional or Serialize";
constexpr std::string_view score_form = "a whole number, INFINITY or -INFINITY";
constexpr std::string_view resource_form =
    "a resource id, as in rsc_ASSEMBLY_SERVICE or rsc_SERVICE";

using enum Use;

constexpr AttributeRule id_rule{"id", required, is_parameter_name,
                                "1-64 of A-Z a-z 0-9 . _ -, beginning with a letter or _"};

constexpr AttributeRule location_attributes[] = {
    id_rule,
    {"rsc", optional, is_label, resource_form},
    {"role", optional, is_role, roles_form, true},
    {"node", optional, is_label, "the name of an assembly"},
    {"score", optional, is_score, score_form},
    {"resource-discovery", optional, is_discovery, "always, never or exclusive", true},
};
constexpr AttributeRule colocation_attributes[] = {
    id_rule,
    {"score", optional, is_score, score_form},
    {"influence", optional, is_boolean, "true or false", true},
    {"rsc", optional, is_label, resource_form},
    {"with-rsc", optional, is_label, resource_form},
    {"node-attribute", optional, is_label, "the name of a node attribute"},
    {"rsc-role", optional, is_role, roles_form, true},
    {"with-rsc-role", optional, is_role, roles_form, true},
};
constexpr AttributeRule order_attributes[] = {
    id_rule,
    {"symmetrical", optional, is_boolean, "true or false", true},
    {"require-all", optional, is_boolean, "true or false", true},
    {"kind", optional, is_kind, kinds_form, true},
    {"first", optional, is_label, resource_form},
    {"then", optional, is_label, resource_form},
    {"first-action", optional, is_action, actions_form, true},
    {"then-action", optional, is_action, actions_form, true},
};
constexpr AttributeRule set_attributes[] = {
    id_rule,
    {"sequential", optional, is_boolean, "true or false", true},
    {"require-all", optional, is_boolean, "true or false", true},
    {"action", optional, is_action, actions_form, true},
    {"role", optional, is_role, roles_form, true},
    {"score", optional, is_score, score_form},
};
constexpr AttributeRule ref_attributes[] = {{"id", required, is_label, resource_form}};
constexpr AttributeRule rule_attributes[] = {
    id_rule,
    {"boolean-op", optional, is_boolean_operator, "and or or", true},
    {"role", optional, is_role, roles_form, true},
    {"score", optional, is_score, score_form},
    {"score-attribute", optional, is_label, "the name of a node attribute"},
};
constexpr AttributeRule expression_attributes[] = {
    id_rule,
    {"attribute", required, is_label, "the name of a node attribute"},
    {"operation", required, is_comparison, "lt, gt, lte, gte, eq, ne, defined or not_defined",
     true},
    {"value", optional, is_label, "at most 255 characters"},
    {"type", optional, is_value_type, "string, integer, number or version", true},
    {"value-source", optional, is_value_source, "literal, param or meta", true},
};
constexpr AttributeRule date_attributes[] = {
    id_rule,
    {"operation", required, is_date_operation, "in_range, gt, lt or date_spec", true},
    {"start", optional, is_label, "ISO 8601"},
    {"end", optional, is_label, "ISO 8601"},
};
constexpr AttributeRule number(std::string_view name) {
    return {name, optional, is_label, "a number, or a range as in 1-5"};
}
constexpr AttributeRule duration_attributes[] = {
    id_rule,        number("years"), number("months"),  number("weeks"),
    number("days"), number("hours"), number("minutes"), number("seconds"),
};
constexpr AttributeRule spec_attributes[] = {
    id_rule,
    number("years"),
    number("months"),
    number("monthdays"),
    number("hours"),
    number("minutes"),
    number("seconds"),
    number("yeardays"),
    number("weekyears"),
    number("weeks"),
    number("weekdays"),
};

constexpr ChildRule location_children[] = {{"resource_set", true}, {"rule", true}};
constexpr ChildRule sets_children[] = {{"resource_set", true}};
constexpr ChildRule set_children[] = {{"resource_ref", true}};
constexpr ChildRule rule_children[] = {
    {"rule", true}, {"expression", true}, {"date_expression", true}};
constexpr ChildRule date_children[] = {{"duration"}, {"date_spec"}};

}  // namespace

namespace rules {
const ElementRule rsc_location{location_attributes, location_children};
const ElementRule rsc_colocation{colocation_attributes, sets_children};
const ElementRule rsc_order{order_attributes, sets_children};
const ElementRule resource_set{set_attributes, set_children};
const ElementRule resource_ref{ref_attributes, {}};
const ElementRule rule{rule_attributes, rule_children};
const ElementRule expression{expression_attributes, {}};
const ElementRule date_expression{date_attributes, date_children};
const ElementRule duration{duration_attributes, {}};
const ElementRule date_spec{spec_attributes, {}};
}  // namespace rules

}  // namespace cpe::deployable
