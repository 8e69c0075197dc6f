#include "engines/policy/orders.hpp"

#include "engines/policy/limits.hpp"
#include "engines/policy/xml_walk.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

namespace cpe::policy {
namespace {

using Ids = std::unordered_map<std::string, std::size_t>;

/// Points in time, and which is before which. Each thing that can be ordered has one where it
/// begins and one where it has ended.
class Points {
public:
    /// The index of "begin"; the end's is one more. `what` is "resource action".
    std::size_t of(const std::string& what) {
        const auto [at, is_new] = index_.emplace(what, names_.size());
        if (is_new) {
            names_.insert(names_.end(), {what, what});
            after_.resize(names_.size());
            before(at->second, at->second + 1);
        }
        return at->second;
    }
    std::size_t anonymous() {
        names_.emplace_back("a resource set");
        after_.emplace_back();
        return names_.size() - 1;
    }
    void before(std::size_t first, std::size_t then) { after_[first].push_back(then); }

    [[nodiscard]] Result<void> check(Circles circles) const;

private:
    Ids index_;
    std::vector<std::string> names_;
    std::vector<std::vector<std::size_t>> after_;
};

Result<void> Points::check(Circles circles) const {
    std::vector<std::size_t> waits_for(names_.size(), 0), chain(names_.size(), 0), order;
    for (const auto& points : after_)
        for (const auto point : points) ++waits_for[point];
    for (std::size_t i = 0; i < names_.size(); ++i)
        if (waits_for[i] == 0) order.push_back(i);
    for (std::size_t done = 0; done < order.size(); ++done)
        for (const auto next : after_[order[done]]) {
            chain[next] = std::max(chain[next], chain[order[done]] + 1);
            if (--waits_for[next] == 0) order.push_back(next);
        }
    for (std::size_t i = 0; i < names_.size(); ++i)
        if (waits_for[i] > 0 && circles == Circles::refused)
            return Error{Errc::invalid_input, "the order constraints go in a circle", names_[i],
                         "remove one of them"};
    const auto longest = std::max_element(chain.begin(), chain.end());
    // Each link of a chain is two steps here: begin to end, end to the next begin.
    if (longest != chain.end() && *longest / 2 > max_order_chain)
        return Error{Errc::too_large, "a chain of " + std::to_string(*longest / 2) + " orders",
                     names_[static_cast<std::size_t>(longest - chain.begin())],
                     "at most " + std::to_string(max_order_chain)};
    return {};
}

std::string text(const xmlNode& node, const char* name, const char* otherwise = "") {
    const auto value = attribute(node, name);
    return std::string(value.empty() ? otherwise : value);
}

bool undoes(const std::string& action) {
    return action == "stop" || action == "demote";
}

/// One pass over constraints and resources.
class OrderReader {
public:
    void read_constraint(const xmlNode& node) {
        if (!is_element(node, "rsc_order") || attribute(node, "kind") == "Serialize") return;
        if (node.children && child(node, "resource_set")) return read_sets(node);
        const auto first_action = text(node, "first-action", "start");
        const auto then_action = text(node, "then-action", first_action.c_str());
        const auto first = point(text(node, "first"), first_action);
        const auto then = point(text(node, "then"), then_action);
        points_.before(first + 1, then);
    }
    /// Containers hold their members: they begin before them and end after them.
    void read_container(const xmlNode& node) {
        for (const auto& action : actions_within(node)) {
            std::size_t previous = 0;
            const auto own = point(text(node, "id"), action);
            for_each_child(&node, [&](const xmlNode& at) {
                const auto member = text(at, "id");
                if (!holds(at) && !is_element(at, "obj_ref")) return;
                const auto inner = point(member, action);
                points_.before(own, inner);
                points_.before(inner + 1, own + 1);
                if (is_element(node, "group") && previous) link(previous - 1, inner, action);
                previous = inner + 1;
            });
        }
    }
    void read_template_use(const xmlNode& primitive) {
        const auto used = text(primitive, "template");
        for (const auto& action : actions_of(used)) {
            const auto own = point(used, action), inner = point(text(primitive, "id"), action);
            points_.before(own, inner);
            points_.before(inner + 1, own + 1);
        }
    }
    [[nodiscard]] bool any() const { return !actions_.empty(); }
    [[nodiscard]] Result<void> check(Circles circles) const { return points_.check(circles); }

private:
    static bool holds(const xmlNode& node) {
        return is_element(node, "primitive") || is_element(node, "group");
    }
    std::size_t point(const std::string& resource, const std::string& action) {
        auto& known = actions_[resource];
        if (std::find(known.begin(), known.end(), action) == known.end()) known.push_back(action);
        return points_.of(resource + " " + action);
    }
    std::vector<std::string> actions_of(const std::string& resource) const {
        const auto found = actions_.find(resource);
        return found == actions_.end() ? std::vector<std::string>{} : found->second;
    }
    /// A group orders its members even where no constraint names the group itself.
    std::vector<std::string> actions_within(const xmlNode& node) const {
        auto all = actions_of(text(node, "id"));
        if (!is_element(node, "group")) return all;
        for_each_child(&node, [&](const xmlNode& member) {
            for (auto& action : actions_of(text(member, "id")))
                if (std::find(all.begin(), all.end(), action) == all.end())
                    all.push_back(std::move(action));
        });
        return all;
    }
    /// Members of a group start in their order and stop in the reverse.
    void link(std::size_t first, std::size_t then, const std::string& action) {
        if (undoes(action))
            points_.before(then + 1, first);
        else
            points_.before(first + 1, then);
    }
    void read_sets(const xmlNode& order) {
        std::size_t previous_end = 0;
        bool has_previous = false;
        for_each_child(&order, [&](const xmlNode& set) {
            if (!is_element(set, "resource_set")) return;
            const auto begin = points_.anonymous(), end = points_.anonymous();
            points_.before(begin, end);
            read_members(set, begin, end);
            if (has_previous) points_.before(previous_end, begin);
            previous_end = end;
            has_previous = true;
        });
    }
    void read_members(const xmlNode& set, std::size_t begin, std::size_t end) {
        const auto action = text(set, "action", "start");
        const bool in_turn = attribute(set, "sequential") != "false";
        std::size_t previous = begin;
        for_each_child(&set, [&](const xmlNode& at) {
            const auto member = point(text(at, "id"), action);
            points_.before(in_turn ? previous : begin, member);
            points_.before(member + 1, end);
            previous = member + 1;
        });
    }

    Points points_;
    std::unordered_map<std::string, std::vector<std::string>> actions_;
};

}  // namespace

Result<void> check_orders(const xmlNode& configuration, Circles circles) {
    OrderReader reader;
    for_each_child(child(configuration, "constraints"),
                   [&](const xmlNode& node) { reader.read_constraint(node); });
    if (!reader.any()) return {};
    for_each_child(child(configuration, "tags"),
                   [&](const xmlNode& node) { reader.read_container(node); });
    // Outer containers come first in a walk, so that their actions are known to their members.
    if (const auto* resources = child(configuration, "resources"))
        for_each_below(*resources, [&](const xmlNode& node) {
            if (is_element(node, "primitive"))
                reader.read_template_use(node);
            else
                reader.read_container(node);
        });
    return reader.check(circles);
}

}  // namespace cpe::policy
