#include "engines/deployable/diff.hpp"

#include "engines/deployable/changes.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace cpe::deployable {
namespace {

using Kind = Difference::Kind;

/// Things of one sort by what they are told apart with, in the order of the document.
template <class T>
class Catalogue {
public:
    void add(std::string key, std::string title, const T& thing) {
        if (!at_.try_emplace(key, rows_.size()).second) return;
        rows_.push_back({std::move(key), std::move(title), &thing});
    }

    /// `how(old, fresh)` lists what changed in one that both have.
    template <class How>
    void compare(const Catalogue& fresh, std::vector<Difference>& into, const How& how) const {
        for (const Row& row : rows_)
            if (!fresh.find(row.key)) into.push_back({Kind::removed, row.title, {}});
        for (const Row& row : fresh.rows_) {
            const T* was = find(row.key);
            if (!was) {
                into.push_back({Kind::added, row.title, {}});
                continue;
            }
            if (auto changes = how(*was, *row.thing); !changes.empty())
                into.push_back({Kind::changed, row.title, std::move(changes)});
        }
    }

private:
    struct Row {
        std::string key, title;
        const T* thing;
    };

    const T* find(const std::string& key) const {
        const auto at = at_.find(key);
        return at == at_.end() ? nullptr : rows_[at->second].thing;
    }

    std::vector<Row> rows_;
    std::unordered_map<std::string, std::size_t> at_;
};

struct Catalogues {
    explicit Catalogues(const Deployable& model) {
        for (const Assembly& assembly : model.assemblies) {
            if (assembly.leaving) continue;
            const std::string name(assembly.name);
            assemblies.add(name, "assembly " + name, assembly);
            for (const Service& service : assembly.services) add(service, name + "/");
        }
        for (const Service& service : model.services) add(service, "");
        for (const Dependency& order : model.dependencies) add(order);
        for (const VerbatimConstraint& constraint : model.constraints)
            constraints.add(std::string(constraint.id), "constraint " + std::string(constraint.id),
                            constraint);
    }

    void add(const Service& service, const std::string& home) {
        if (service.retired) return;
        if (service.configures.empty())
            return services.add(std::string(service.resource),
                                "service " + home + std::string(service.name), service);
        scripts.add(std::string(service.resource),
                    "configure script of " + std::string(service.configures), service);
    }

    void add(const Dependency& order) {
        const std::string ends = std::string(order.first) + " -> " + std::string(order.then);
        if (order.id.find('\t') == Text::npos) orders.add(ends, "dependency " + ends, order);
    }

    Catalogue<Assembly> assemblies;
    Catalogue<Service> services, scripts;
    Catalogue<Dependency> orders;
    Catalogue<VerbatimConstraint> constraints;
};

std::string told(const Difference& difference) {
    if (difference.kind == Kind::removed) return difference.what + " removed";
    if (difference.kind == Kind::added) return difference.what + " added";
    std::string text = difference.what + " changed:";
    for (const auto& how : difference.how)
        text += (&how == &difference.how.front() ? " " : ", ") + how;
    return text;
}

}  // namespace

std::vector<Difference> differences(const Deployable& old, const Deployable& fresh) {
    std::vector<Difference> list;
    if (auto changes = changes_of_head(old, fresh); !changes.empty())
        list.push_back({Kind::changed, "the deployable", std::move(changes)});
    const Catalogues was(old), is(fresh);
    was.assemblies.compare(is.assemblies, list,
                           [](const auto& a, const auto& b) { return changes_of(a, b); });
    was.services.compare(is.services, list,
                         [](const auto& a, const auto& b) { return changes_of(a, b); });
    was.scripts.compare(is.scripts, list,
                        [](const auto& a, const auto& b) { return changes_of_script(a, b); });
    was.orders.compare(is.orders, list,
                       [](const auto&, const auto&) { return std::vector<std::string>{}; });
    was.constraints.compare(is.constraints, list, [](const auto& a, const auto& b) {
        return a.xml == b.xml ? std::vector<std::string>{} : std::vector<std::string>{"its text"};
    });
    constexpr auto rank = [](Kind kind) {
        return kind == Kind::removed ? 0 : kind == Kind::added ? 1 : 2;
    };
    std::stable_sort(list.begin(), list.end(),
                     [&](const auto& a, const auto& b) { return rank(a.kind) < rank(b.kind); });
    return list;
}

std::string summary(const std::vector<Difference>& list) {
    if (list.empty()) return "nothing is different";
    std::string text;
    const std::size_t told_ones = std::min(list.size(), most_told);
    for (std::size_t i = 0; i < told_ones; ++i) text += (i == 0 ? "" : "; ") + told(list[i]);
    if (list.size() > told_ones)
        text += "; and " + std::to_string(list.size() - told_ones) + " more";
    return text;
}

}  // namespace cpe::deployable
