// <constraints>: dependencies, and Pacemaker's own constraints, which are kept word for word.
#include "engines/deployable/read.hpp"
#include "engines/deployable/values.hpp"
#include "engines/deployable/vocabulary.hpp"

#include <string>
#include <utility>

namespace cpe::deployable {
namespace {

std::size_t count(const xml::Element& element, std::string_view name) {
    std::size_t found = 0;
    element.each_child([&](const xml::Element& child) { found += child.name() == name ? 1 : 0; });
    return found;
}

/// What the tables cannot tell: which attributes and children go together.
class Combinations {
public:
    Combinations(const xml::Element& element, Report& report) : at_(element), report_(report) {}

    void location() {
        const bool sets = count(at_, "resource_set") != 0, rules = count(at_, "rule") != 0;
        if (has("rsc") == sets)
            wrong("it names its resources by neither or both ways",
                  "rsc=\"...\", or <resource_set>");
        if (has("role") && sets) wrong("role stands beside <resource_set>", "there it has its own");
        if (has("node") != has("score")) wrong("node and score go together", "give it both");
        if (has("node") == rules)
            wrong("it names its places by neither or both ways",
                  "node=\"...\" score=\"...\", or <rule>");
        bool ruled = false;
        at_.each_child([&](const xml::Element& child) {
            ruled = ruled || child.name() == "rule";
            if (ruled && child.name() == "resource_set")
                wrong("<resource_set> stands behind <rule>", "put it before");
        });
    }
    void colocation() { pair("rsc", "with-rsc", {"node-attribute", "rsc-role", "with-rsc-role"}); }
    void order() { pair("first", "then", {"first-action", "then-action"}); }
    void set() {
        if (count(at_, "resource_ref") == 0) wrong("it is empty", "<resource_ref id=\"...\"/>");
    }
    void rule() {
        if (count(at_, "rule") + count(at_, "expression") + count(at_, "date_expression") == 0)
            wrong("it is empty", "<expression>, <date_expression> or <rule>");
        if (has("score") && has("score-attribute"))
            wrong("score and score-attribute exclude each other", "leave one out");
    }
    void date() {
        const auto operation = at_.value("operation");
        const bool range = operation == "in_range", spec = operation == "date_spec";
        if (has("start") && !range && operation != "gt") wrong("start means nothing here", "");
        if (has("end") && !range && operation != "lt") wrong("end means nothing here", "");
        if (!has("start") && !has("end") && !spec) wrong("it has no date", "start or end");
        if (count(at_, "duration") != 0 && !range) wrong("<duration> means nothing here", "");
        if ((count(at_, "date_spec") != 0) != spec)
            wrong("<date_spec> goes with operation=\"date_spec\"", "give it both or neither");
    }

private:
    bool has(std::string_view name) const { return at_.attribute(name).has_value(); }
    void wrong(std::string what, std::string hint) {
        report_.invalid(at_, std::move(what), std::move(hint));
    }
    void pair(std::string_view one, std::string_view other,
              std::initializer_list<std::string_view> more) {
        const std::string both = std::string(one) + " and " + std::string(other);
        if (count(at_, "resource_set") == 0) {
            if (!has(one) || !has(other)) wrong(both + " are missing", "or <resource_set>");
            return;
        }
        bool alone = !has(one) && !has(other);
        for (const auto name : more) alone = alone && !has(name);
        if (!alone)
            wrong("<resource_set> stands beside " + both + " or what belongs to them",
                  "use one way to name resources");
    }

    const xml::Element& at_;
    Report& report_;
};

struct Word {
    std::string_view name;
    const ElementRule& rule;
    void (Combinations::*combinations)();
};

const Word& word(std::string_view name) {
    static const Word words[] = {
        {"rsc_location", rules::rsc_location, &Combinations::location},
        {"rsc_colocation", rules::rsc_colocation, &Combinations::colocation},
        {"rsc_order", rules::rsc_order, &Combinations::order},
        {"resource_set", rules::resource_set, &Combinations::set},
        {"resource_ref", rules::resource_ref, nullptr},
        {"rule", rules::rule, &Combinations::rule},
        {"expression", rules::expression, nullptr},
        {"date_expression", rules::date_expression, &Combinations::date},
        {"duration", rules::duration, nullptr},
        {"date_spec", rules::date_spec, nullptr},
    };
    for (const auto& known : words)
        if (known.name == name) return known;
    return words[0];  // unknown: its parent was refused for it
}

class ConstraintReader {
public:
    ConstraintReader(const Limits& limits, Report& report, std::pmr::memory_resource& resource,
                     Draft& draft)
        : limits_(limits), report_(report), resource_(resource), draft_(draft) {}

    void read(const xml::Element& child) {
        if (report_.error() || child.name() == "rsc_ticket") return;
        child.name().starts_with("rsc_") ? verbatim(child) : dependency(child);
    }

private:
    void dependency(const xml::Element& element) {
        if (draft_.model.dependencies.size() == limits_.dependencies)
            return over("dependencies", limits_.dependencies, element);
        check(element, rules::service_dependency, report_);
        draft_.model.dependencies.push_back(
            {text(element, "id"), text(element, "first"), text(element, "then")});
        draft_.dependency_lines.push_back(element.line());
    }

    void verbatim(const xml::Element& element) {
        std::vector<xml::Element> open{element};
        while (!open.empty() && !report_.error()) {
            const xml::Element at = open.back();
            open.pop_back();
            if (++elements_ > limits_.constraint_elements)
                return over("elements of constraints", limits_.constraint_elements, at);
            check_one(at);
            at.each_child([&](const xml::Element& child) { open.push_back(child); });
        }
        if (report_.error()) return;
        draft_.model.constraints.push_back(
            {text(element, "id"), Text(element.markup(), &resource_), element.line()});
        draft_.verbatim.push_back(element);
    }

    void check_one(const xml::Element& element) {
        const Word& known = word(element.name());
        check(element, known.rule, report_);
        if (known.combinations && !report_.error())
            (Combinations(element, report_).*known.combinations)();
    }

    Text text(const xml::Element& element, std::string_view name) {
        return Text(element.value(name), &resource_);
    }
    void over(const std::string& what, std::size_t limit, const xml::Element& at) {
        report_.fail(Error{Errc::too_large, "more than " + std::to_string(limit) + " " + what,
                           where(at), "divide it into several deployables"});
    }

    const Limits& limits_;
    Report& report_;
    std::pmr::memory_resource& resource_;
    Draft& draft_;
    std::size_t elements_ = 0;
};

}  // namespace

void read_constraints(const xml::Element& element, const Limits& limits, Report& report,
                      std::pmr::memory_resource& resource, Draft& draft) {
    check(element, rules::constraints, report);
    ConstraintReader reader(limits, report, resource, draft);
    element.each_child([&](const xml::Element& child) { reader.read(child); });
}

}  // namespace cpe::deployable
