#include "engines/deployable/check.hpp"
#include "engines/deployable/values.hpp"

#include <array>
#include <string>
#include <unordered_set>

namespace cpe::deployable {
namespace {

using Failure = std::optional<Error>;

constexpr std::array<std::string_view, 4> resource_attributes{"rsc", "with-rsc", "first", "then"};

class ConstraintChecker {
public:
    explicit ConstraintChecker(const Draft& draft) : draft_(draft), resources_(draft.model) {
        for (const auto& assembly : draft.model.assemblies) assemblies_.insert(assembly.name);
    }

    Failure run() {
        const auto& list = draft_.model.dependencies;
        for (std::size_t i = 0; i < list.size(); ++i) {
            const auto place = where(draft_.dependency_lines[i], "", "") + ", service_dependancy " +
                               quoted(list[i].id);
            if (!ids_.insert(list[i].id).second)
                return invalid(place, "a second constraint of this id", "give each its own");
            for (const auto* end : {&list[i].first, &list[i].then})
                if (!resources_.find(*end)) return unknown(place, *end);
        }
        for (const auto& constraint : draft_.verbatim)
            if (auto error = verbatim(constraint)) return error;
        return std::nullopt;
    }

private:
    static Error unknown(std::string place, std::string_view resource) {
        return invalid(std::move(place), "there is no resource " + quoted(resource),
                       "rsc_ASSEMBLY_SERVICE or, of one that floats, rsc_SERVICE");
    }

    Failure verbatim(const xml::Element& constraint) {
        std::unordered_set<std::size_t> named;
        std::vector<xml::Element> open{constraint};
        while (!open.empty()) {
            const xml::Element at = open.back();
            open.pop_back();
            if (auto error = element(at, named)) return error;
            at.each_child([&](const xml::Element& child) { open.push_back(child); });
        }
        return std::nullopt;
    }

    Failure element(const xml::Element& at, std::unordered_set<std::size_t>& named) {
        if (at.name() == "resource_ref") return resource(at, at.value("id"), named);
        if (!ids_.insert(at.value("id")).second)
            return invalid(where(at), "a second " + quoted(at.value("id")) + " among the ids",
                           "give each constraint, set, rule and expression its own");
        for (const auto attribute : resource_attributes)
            if (const auto id = at.attribute(attribute))
                if (auto error = resource(at, *id, named)) return error;
        if (at.name() == "rsc_colocation" && !has_score(at))
            return invalid(where(at), "it has no score, and means nothing without",
                           "score=\"INFINITY\" for must, \"-INFINITY\" for must not");
        const auto node = at.attribute("node");
        if (node && assemblies_.count(*node) == 0)
            return invalid(where(at), "there is no assembly " + quoted(*node),
                           "node is the name of an assembly of this document");
        return std::nullopt;
    }

    static bool has_score(const xml::Element& colocation) {
        bool sets = false, all = true;
        colocation.each_child([&](const xml::Element& set) {
            sets = true;
            all = all && set.attribute("score");
        });
        return colocation.attribute("score") || (sets && all);
    }

    /// A constraint of a resource with itself means nothing, and some abort the scheduler.
    Failure resource(const xml::Element& at, std::string_view id,
                     std::unordered_set<std::size_t>& named) const {
        const auto found = resources_.find_any(id);
        if (!found) return unknown(where(at), id);
        if (!named.insert(*found).second)
            return invalid(where(at), "it names " + quoted(id) + " twice", "name each once");
        return std::nullopt;
    }

    const Draft& draft_;
    Resources resources_;
    std::unordered_set<std::string_view> assemblies_;
    std::unordered_set<std::string_view> ids_;
};

}  // namespace

Resources::Resources(const Deployable& model) {
    for (const auto& assembly : model.assemblies)
        for (const auto& service : assembly.services) add(service);
    for (const auto& service : model.services) add(service);
}

void Resources::add(const Service& service) {
    if (numbers_.try_emplace(service.resource, services_.size()).second)
        services_.push_back(&service);
}

std::optional<std::size_t> Resources::find(std::string_view id) const {
    const auto found = numbers_.find(id);
    return found == numbers_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::size_t> Resources::find_any(std::string_view id) const {
    constexpr std::string_view clone = "clone_";
    if (!id.starts_with(clone)) return find(id);
    const auto inner = find("rsc_" + std::string(id.substr(clone.size())));
    const bool cloned =
        inner && services_[*inner]->floating && services_[*inner]->floating->is_clone();
    return cloned ? inner : std::nullopt;
}

std::optional<Error> check_constraints(const Draft& draft) {
    return ConstraintChecker(draft).run();
}

}  // namespace cpe::deployable
