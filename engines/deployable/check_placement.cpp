#include "engines/deployable/check.hpp"
#include "engines/deployable/values.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <unordered_set>

namespace cpe::deployable {
namespace {

using Failure = std::optional<Error>;
using Amounts = std::map<std::string_view, std::int64_t>;

Error too_many(const std::string& place, const std::string& what, std::size_t limit) {
    return {Errc::too_large, "more than " + std::to_string(limit) + " " + what, place,
            "name fewer"};
}

/// The first name that stands twice in a list.
template <class Names, class NameOf>
std::optional<std::string_view> repeated(const Names& names, NameOf name_of) {
    std::unordered_set<std::string_view> seen;
    for (const auto& name : names)
        if (!seen.insert(name_of(name)).second) return name_of(name);
    return std::nullopt;
}

class PlacementChecker {
public:
    explicit PlacementChecker(const Draft& draft) : draft_(draft), model_(draft.model) {
        for (const auto& assembly : model_.assemblies) {
            auto& capacity = assemblies_[assembly.name];
            for (const auto& [name, amount] : assembly.utilization) capacity[name] = amount;
        }
    }

    Failure run() {
        if (auto error = providers()) return error;
        for (const auto& assembly : model_.assemblies)
            if (auto error = check(assembly)) return error;
        for (const auto& service : model_.services) {
            const auto place = where(service.line, "", service.name);
            if (auto error = preferences(*service.floating, place)) return error;
            if (auto error = numbers(service, place)) return error;
            if (auto error = capacities(service.utilization, place)) return error;
            if (auto error = fits_somewhere(service, place)) return error;
        }
        return std::nullopt;
    }

private:
    Failure providers() const {
        const auto place = where(draft_.line, "", "");
        const auto as_it_is = [](const Text& name) { return std::string_view(name); };
        if (model_.providers.size() > most_providers)
            return too_many(place, "providers", most_providers);
        if (const auto twice = repeated(model_.providers, as_it_is))
            return invalid(place, "provider " + quoted(*twice) + " stands twice in providers",
                           "name each once, in the order in which to try them");
        return std::nullopt;
    }

    static Failure capacities(const List<Capacity>& list, const std::string& place) {
        if (list.size() > most_capacities) return too_many(place, "utilizations", most_capacities);
        const auto name_of = [](const Capacity& it) { return std::string_view(it.name); };
        if (const auto twice = repeated(list, name_of))
            return invalid(place, "utilization " + quoted(*twice) + " stands twice",
                           "name it once");
        return std::nullopt;
    }

    /// All that is pinned to an assembly has to fit into it at once.
    Failure check(const Assembly& assembly) const {
        if (auto error = capacities(assembly.utilization, where(assembly.line, assembly.name, "")))
            return error;
        Amounts needed;
        for (const auto& service : assembly.services) {
            const auto place = where(service.line, assembly.name, service.name);
            if (auto error = capacities(service.utilization, place)) return error;
            for (const auto& [name, amount] : service.utilization) {
                needed[name] += amount;
                const auto there = capacity(assembly.name, name);
                if (needed[name] > there)
                    return invalid(place,
                                   "with it the services of its assembly need " +
                                       std::string(name) + "=" + std::to_string(needed[name]) +
                                       ", and the assembly has " + std::to_string(there),
                                   "give the assembly more utilization, or let a service float");
            }
        }
        return std::nullopt;
    }

    Failure preferences(const Floating& floating, const std::string& place) const {
        for (const auto& name : floating.prefer)
            if (assemblies_.count(name) == 0)
                return invalid(place, "there is no assembly " + quoted(name),
                               "prefer names assemblies of this document");
        if (const auto twice =
                repeated(floating.prefer, [](const Text& name) { return std::string_view(name); }))
            return invalid(place, "assembly " + quoted(*twice) + " stands twice in prefer",
                           "name each once, the most wanted first");
        return std::nullopt;
    }

    Failure numbers(const Service& service, const std::string& place) const {
        const Floating& floating = *service.floating;
        if (floating.instances < 1) return invalid(place, "instances is zero", "at least 1");
        if (floating.instances > model_.assemblies.size())
            return invalid(place,
                           std::to_string(floating.instances) +
                               " instances need as many assemblies, and there are " +
                               std::to_string(model_.assemblies.size()),
                           "each instance runs in another assembly");
        if (floating.promotable && service.agent_class != AgentClass::ocf)
            return invalid(place, "only agents of class ocf can be promotable",
                           "class=\"ocf\", or leave promotable out");
        if (floating.stickiness > infinity)
            return invalid(place, "stickiness is too big", "at most 1000000, which is INFINITY");
        if (floating.migration_threshold &&
            (*floating.migration_threshold < 1 || *floating.migration_threshold > most_failures))
            return invalid(place, "migration_threshold is not from 1 to 1000000",
                           "leave it out for never");
        const auto forgotten = floating.failure_timeout;
        if (forgotten && (*forgotten < std::chrono::seconds(1) || *forgotten > longest_duration))
            return invalid(place, "failure_timeout is not from 1s to 168h",
                           "leave it out for never");
        return std::nullopt;
    }

    Failure fits_somewhere(const Service& service, const std::string& place) const {
        const auto fits = [&](const Assembly& assembly) {
            return std::all_of(service.utilization.begin(), service.utilization.end(),
                               [&](const Capacity& need) {
                                   return need.amount <= capacity(assembly.name, need.name);
                               });
        };
        if (std::any_of(model_.assemblies.begin(), model_.assemblies.end(), fits))
            return std::nullopt;
        return invalid(place, "no assembly has the utilization that it needs",
                       "give assemblies utilization=\"...\", or ask for less");
    }

    std::int64_t capacity(std::string_view assembly, std::string_view name) const {
        const auto& amounts = assemblies_.at(assembly);
        const auto found = amounts.find(name);
        return found == amounts.end() ? 0 : found->second;
    }

    const Draft& draft_;
    const Deployable& model_;
    std::map<std::string_view, Amounts> assemblies_;
};

}  // namespace

std::optional<Error> check_placement(const Draft& draft) {
    return PlacementChecker(draft).run();
}

}  // namespace cpe::deployable
