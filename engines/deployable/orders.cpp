#include "engines/deployable/check.hpp"
#include "engines/deployable/values.hpp"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <vector>

namespace cpe::deployable {
namespace {

using Index = std::size_t;
constexpr Index none = static_cast<Index>(-1);

enum Action : Index { start, promote, stop, demote, actions };

Action action_of(std::string_view name, Action otherwise) {
    if (name == "start") return start;
    if (name == "promote") return promote;
    if (name == "stop") return stop;
    return name == "demote" ? demote : otherwise;
}

Action inverse(Action action) {
    switch (action) {
        case start: return stop;
        case stop: return start;
        case promote: return demote;
        default: return promote;
    }
}

/// What is done to resources, and what of it comes before what. The points are the starts of all
/// resources, then their promotions, stops and demotions, then those where a resource set ends.
class Orders {
public:
    Orders(const Draft& draft, const Limits& limits)
        : draft_(draft), limits_(limits), resources_(draft.model) {
        after_.resize(actions * resources_.size());
        before_.resize(after_.size());
    }

    std::optional<Error> run() {
        connect_scripts();
        connect_dependencies();
        for (const auto& constraint : draft_.verbatim)
            if (constraint.name() == "rsc_order" && constraint.value("kind") != "Serialize")
                connect(constraint);
        sort();
        if (sorted_ < after_.size()) return cycle();
        return longest_chain();
    }

private:
    struct Link {
        Index first, then;
        Index constraint;  ///< of places_
    };
    struct Place {
        unsigned line;
        std::string text;
    };

    Index point(Index resource, Action action) const {
        return static_cast<Index>(action) * resources_.size() + resource;
    }
    bool is_virtual(Index point) const { return point >= actions * resources_.size(); }
    Index add_virtual() {
        after_.emplace_back();
        before_.emplace_back();
        return after_.size() - 1;
    }
    void link(Index first, Index then) {
        after_[first].push_back(then);
        before_[then].push_back(first);
        links_.push_back({first, then, places_.empty() ? none : places_.size() - 1});
    }
    /// What is done in one order is undone in the reverse, unless the constraint says otherwise.
    void order(Index first, Action first_action, Index then, Action then_action, bool both) {
        link(point(first, first_action), point(then, then_action));
        if (both) link(point(then, inverse(then_action)), point(first, inverse(first_action)));
    }

    /// Its script before each service; and whatever is promoted was started.
    void connect_scripts() {
        for (Index i = 0; i < resources_.size(); ++i) {
            link(point(i, start), point(i, promote));
            link(point(i, demote), point(i, stop));
            if (const auto service = resources_.find(resources_[i].configures))
                order(i, start, *service, start, true);
        }
    }

    void connect_dependencies() {
        const auto& list = draft_.model.dependencies;
        for (Index i = 0; i < list.size(); ++i) {
            const auto line = draft_.dependency_lines[i];
            places_.push_back(
                {line, where(line, "", "") + ", service_dependancy " + quoted(list[i].id)});
            order(*resources_.find(list[i].first), start, *resources_.find(list[i].then), start,
                  true);
        }
    }

    void connect(const xml::Element& constraint) {
        places_.push_back({constraint.line(), where(constraint)});
        const bool both = constraint.value("symmetrical") != "false";
        if (constraint.child("resource_set")) return connect_sets(constraint, both);
        const auto action = action_of(constraint.value("first-action"), start);
        order(*resources_.find_any(constraint.value("first")), action,
              *resources_.find_any(constraint.value("then")),
              action_of(constraint.value("then-action"), action), both);
    }

    /// All of a set before all of the next one; in a sequential set one after the other.
    void connect_sets(const xml::Element& constraint, bool both) {
        Index previous = none, previous_back = none;
        constraint.each_child([&](const xml::Element& set) {
            const Index end = add_virtual(), back = both ? add_virtual() : none;
            connect_set(set, previous, end, previous_back, back);
            previous = end;
            previous_back = back;
        });
    }

    /// `from` -> each member -> `to`, and the way back from `back_to` to `back_from`.
    void connect_set(const xml::Element& set, Index from, Index to, Index back_from,
                     Index back_to) {
        const auto action = action_of(set.value("action"), start);
        const bool in_turn = set.value("sequential") != "false";
        std::optional<Index> last;
        set.each_child([&](const xml::Element& ref) {
            const Index member = *resources_.find_any(ref.value("id"));
            const Index done = point(member, action), undone = point(member, inverse(action));
            if (from != none) link(from, done);
            if (back_from != none) link(undone, back_from);
            if (in_turn && last) order(*last, action, member, action, back_to != none);
            link(done, to);
            if (back_to != none) link(back_to, undone);
            last = member;
        });
    }

    /// Topological order (Kahn): what never becomes free stands on a cycle or behind one.
    void sort() {
        waiting_.resize(after_.size());
        chain_.resize(after_.size());
        std::vector<Index> free;
        for (Index i = 0; i < after_.size(); ++i) {
            chain_[i] = length(i);
            if ((waiting_[i] = before_[i].size()) == 0) free.push_back(i);
        }
        for (; !free.empty(); ++sorted_) {
            const Index at = free.back();
            free.pop_back();
            for (const Index next : after_[at]) {
                chain_[next] = std::max(chain_[next], chain_[at] + length(next));
                if (--waiting_[next] == 0) free.push_back(next);
            }
        }
    }

    /// What a point adds to the chain of resources that wait for one another.
    std::size_t length(Index point) const {
        const Index action = point / std::max<Index>(resources_.size(), 1);
        return action == start || action == stop ? 1 : 0;
    }

    /// Every point that is left waits for another that is left: going back from any of them, one is
    /// met twice, and between the two lies a cycle.
    Error cycle() const {
        Index at = 0;
        while (waiting_[at] == 0) ++at;
        std::vector<Index> path;
        std::vector<Index> position(after_.size(), none);
        while (position[at] == none) {
            position[at] = path.size();
            path.push_back(at);
            at = *std::find_if(before_[at].begin(), before_[at].end(),
                               [&](Index other) { return waiting_[other] != 0; });
        }
        path.erase(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(position[at]));
        std::reverse(path.begin(), path.end());
        const auto place = place_of(path);
        std::erase_if(path, [&](Index point) { return is_virtual(point); });
        return {Errc::invalid_input, "the dependencies run in a circle: " + told(path), place,
                "take one of them out"};
    }

    std::string name(Index point) const {
        constexpr std::string_view verbs[] = {"", "promote ", "stop ", "demote "};
        return std::string(verbs[point / resources_.size()]) +
               std::string(resources_[point % resources_.size()].resource);
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
            text += name(path[i]) + ", ";
        }
        return text + name(path.front());
    }

    /// Of the first constraint in the document that is part of the cycle.
    std::string place_of(const std::vector<Index>& path) const {
        const std::unordered_set<Index> members(path.begin(), path.end());
        const Place* first = nullptr;
        for (const auto& link : links_)
            if (link.constraint != none && members.count(link.first) != 0 &&
                members.count(link.then) != 0)
                if (const auto& place = places_[link.constraint];
                    !first || place.line < first->line)
                    first = &place;
        return first ? first->text : std::string();
    }

    std::optional<Error> longest_chain() const {
        const auto longest = std::max_element(chain_.begin(), chain_.end());
        if (longest == chain_.end() || *longest <= limits_.dependency_chain) return std::nullopt;
        const auto point = static_cast<Index>(longest - chain_.begin());
        return Error{Errc::too_large,
                     "more than " + std::to_string(limits_.dependency_chain) +
                         " services wait for one another in a row",
                     is_virtual(point)
                         ? std::string("a resource set")
                         : "service " + quoted(resources_[point % resources_.size()].resource),
                     "divide it into several deployables"};
    }

    const Draft& draft_;
    const Limits& limits_;
    Resources resources_;
    std::vector<std::vector<Index>> after_, before_;
    std::vector<Link> links_;
    std::vector<Place> places_;
    std::vector<Index> waiting_;
    std::vector<std::size_t> chain_;  ///< resources in the longest chain that ends here
    Index sorted_ = 0;
};

}  // namespace

std::optional<Error> check_orders(const Draft& draft, const Limits& limits) {
    return Orders(draft, limits).run();
}

}  // namespace cpe::deployable
