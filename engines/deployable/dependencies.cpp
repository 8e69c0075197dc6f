#include "engines/deployable/check.hpp"
#include "engines/deployable/values.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace cpe::deployable {
namespace {

using Index = std::size_t;
constexpr Index none = static_cast<Index>(-1);

class Dependencies {
public:
    Dependencies(const Draft& draft, const Limits& limits) : draft_(draft), limits_(limits) {
        for (const auto& assembly : draft.model.assemblies)
            for (const auto& service : assembly.services)
                if (numbers_.try_emplace(service.resource, names_.size()).second)
                    names_.push_back(service.resource);
        after_.resize(names_.size());
        waits_for_.resize(names_.size());
    }

    std::optional<Error> run() {
        if (auto error = connect()) return error;
        sort();
        if (sorted_ < names_.size()) return cycle();
        return longest_chain();
    }

private:
    std::string place(Index dependency) const {
        return where(draft_.dependency_lines[dependency], "", "") + ", service_dependancy " +
               quoted(draft_.model.dependencies[dependency].id);
    }

    std::optional<Error> connect() {
        std::unordered_set<std::string_view> ids;
        const auto& list = draft_.model.dependencies;
        for (Index i = 0; i < list.size(); ++i) {
            if (!ids.insert(list[i].id).second)
                return Error{Errc::invalid_input, "a second constraint of this id", place(i),
                             "give each its own"};
            for (const auto* end : {&list[i].first, &list[i].then})
                if (numbers_.find(*end) == numbers_.end())
                    return Error{Errc::invalid_input, "there is no resource " + quoted(*end),
                                 place(i), "rsc_ASSEMBLY_SERVICE of a service of this document"};
            const Index first = numbers_.at(list[i].first), then = numbers_.at(list[i].then);
            after_[first].push_back(then);
            waits_for_[then].push_back(first);
        }
        return std::nullopt;
    }

    /// Topological order (Kahn): what never becomes free stands on a cycle or behind one.
    void sort() {
        waiting_.resize(names_.size());
        chain_.assign(names_.size(), 1);
        std::vector<Index> free;
        for (Index i = 0; i < names_.size(); ++i)
            if ((waiting_[i] = waits_for_[i].size()) == 0) free.push_back(i);
        for (; !free.empty(); ++sorted_) {
            const Index service = free.back();
            free.pop_back();
            for (const Index next : after_[service]) {
                chain_[next] = std::max(chain_[next], chain_[service] + 1);
                if (--waiting_[next] == 0) free.push_back(next);
            }
        }
    }

    /// Every service that is left waits for another that is left: going back from any of them, one
    /// is met twice, and between the two lies a cycle.
    Error cycle() const {
        Index at = 0;
        while (waiting_[at] == 0) ++at;
        std::vector<Index> path;
        std::vector<Index> position(names_.size(), none);
        while (position[at] == none) {
            position[at] = path.size();
            path.push_back(at);
            const auto& before = waits_for_[at];
            at = *std::find_if(before.begin(), before.end(),
                               [&](Index other) { return waiting_[other] != 0; });
        }
        path.erase(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(position[at]));
        std::reverse(path.begin(), path.end());
        return {Errc::invalid_input, "the dependencies run in a circle: " + told(path),
                place_of(path), "take one of them out"};
    }

    /// "rsc_a_x, rsc_b_y, rsc_a_x", each started after the one before it.
    std::string told(std::vector<Index> path) const {
        constexpr std::size_t most = 8;
        std::rotate(path.begin(), std::min_element(path.begin(), path.end()), path.end());
        std::string text;
        for (Index i = 0; i < path.size(); ++i) {
            if (i == most) {
                text += "... (" + std::to_string(path.size() - most) + " more), ";
                break;
            }
            text += std::string(names_[path[i]]) + ", ";
        }
        return text + std::string(names_[path.front()]);
    }

    /// Of the first dependency in the document that is part of the cycle.
    std::string place_of(const std::vector<Index>& path) const {
        const std::unordered_set<Index> members(path.begin(), path.end());
        const auto& list = draft_.model.dependencies;
        for (Index i = 0; i < list.size(); ++i)
            if (members.count(numbers_.at(list[i].first)) != 0 &&
                members.count(numbers_.at(list[i].then)) != 0)
                return place(i);
        return {};
    }

    std::optional<Error> longest_chain() const {
        const auto longest = std::max_element(chain_.begin(), chain_.end());
        if (longest == chain_.end() || *longest <= limits_.dependency_chain) return std::nullopt;
        return Error{Errc::too_large,
                     "more than " + std::to_string(limits_.dependency_chain) +
                         " services wait for one another in a row",
                     "service " + quoted(names_[static_cast<Index>(longest - chain_.begin())]),
                     "divide it into several deployables"};
    }

    const Draft& draft_;
    const Limits& limits_;
    std::unordered_map<std::string_view, Index> numbers_;
    std::vector<std::string_view> names_;
    std::vector<std::vector<Index>> after_, waits_for_;
    std::vector<Index> waiting_;
    std::vector<std::size_t> chain_;  ///< services in the longest chain that ends here
    Index sorted_ = 0;
};

}  // namespace

std::optional<Error> check_dependencies(const Draft& draft, const Limits& limits) {
    return Dependencies(draft, limits).run();
}

}  // namespace cpe::deployable
