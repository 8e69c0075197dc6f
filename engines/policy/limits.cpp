#include "engines/policy/limits.hpp"

#include "engines/policy/orders.hpp"
#include "engines/policy/xml_walk.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <unordered_map>

namespace cpe::policy {
namespace {

Error too_large(std::string what, std::string where, long limit) {
    return Error{Errc::too_large, std::move(what), std::move(where),
                 "at most " + std::to_string(limit)};
}

/// The number that starts `text`, saturated; 0 when there is none.
long number(std::string_view text) {
    long value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::result_out_of_range)
        return text.starts_with('-') ? -1'000'000'000 : 1'000'000'000;
    return value;
}

std::string name_of(const xmlNode& node) {
    return std::string(reinterpret_cast<const char*>(node.name)) + " '" +
           std::string(attribute(node, "id")) + "'";
}

/// Options whose value multiplies resources.
bool multiplies(std::string_view option) {
    constexpr std::array<std::string_view, 5> names{"clone-max", "clone-node-max", "promoted-max",
                                                    "master-max", "promoted-node-max"};
    return std::find(names.begin(), names.end(), option) != names.end();
}

bool runs_containers(const xmlNode& node) {
    return is_element(node, "docker") || is_element(node, "podman") || is_element(node, "rkt");
}

/// Collects what one walk over the configuration can see, and the first thing that is too large.
class Census {
public:
    void see(const xmlNode& node) {
        if (is_element(node, "primitive"))
            see_primitive(node);
        else if (is_element(node, "group"))
            see_group(node);
        else if (is_element(node, "nvpair"))
            see_option(node);
        else if (is_element(node, "date_spec") || is_element(node, "duration"))
            see_date(node);
        else if (runs_containers(node))
            see_replicas(node);
    }
    /// After the walk: what references and products come to.
    void finish(std::size_t nodes) {
        for (const auto& [id, value] : references_)
            if (const auto found = values_.find(id); found != values_.end())
                check_option(std::string(id), number(found->second));
        const auto each = static_cast<std::size_t>(std::max(widest_clone_, 1L));
        const auto instances = plain_ + cloned_ * std::max(each, clones_default_ ? nodes : 1);
        if (instances > max_resources)
            refuse(std::to_string(instances) + " resource instances", "resources", max_resources);
    }
    [[nodiscard]] const std::optional<Error>& refused() const { return refused_; }

private:
    void refuse(std::string what, std::string where, long limit) {
        if (!refused_) refused_ = too_large(std::move(what), std::move(where), limit);
    }
    void check_option(std::string where, long value) {
        widest_clone_ = std::max(widest_clone_, value);
        if (value > max_clone_instances)
            refuse(std::to_string(value) + " instances", std::move(where), max_clone_instances);
    }
    void see_primitive(const xmlNode& node) {
        bool cloned = false;
        for (const xmlNode* at = node.parent; at && at->type == XML_ELEMENT_NODE; at = at->parent)
            cloned = cloned || is_element(*at, "clone") || is_element(*at, "master") ||
                     is_element(*at, "bundle");
        ++(cloned ? cloned_ : plain_);
        clones_default_ = clones_default_ || cloned;
    }
    void see_group(const xmlNode& node) {
        std::size_t members = 0;
        for_each_child(&node, [&](const xmlNode& at) { members += is_element(at, "primitive"); });
        if (members > max_group_members)
            refuse(std::to_string(members) + " members", name_of(node), max_group_members);
    }
    void see_option(const xmlNode& node) {
        const auto name = attribute(node, "name");
        const auto value = attribute(node, "value");
        values_.emplace(attribute(node, "id"), value);
        if (multiplies(name)) check_option(name_of(node), number(value));
        // A reference may give another pair's value a new name.
        const auto target = attribute(node, "id-ref");
        if (!target.empty() && multiplies(name)) references_.emplace(target, name);
    }
    void see_date(const xmlNode& node) {
        for (const xmlAttr* at = node.properties; at; at = at->next) {
            const std::string_view name = reinterpret_cast<const char*>(at->name);
            const auto value = attribute(node, reinterpret_cast<const char*>(at->name));
            const auto dash = value.find('-', 1);
            const long widest = std::max(
                number(value), dash == std::string_view::npos ? 0 : number(value.substr(dash + 1)));
            if (name != "id" && widest > max_date_number)
                refuse(std::string(name) + "=" + std::string(value), name_of(node),
                       max_date_number);
        }
    }
    void see_replicas(const xmlNode& node) {
        for (const char* name : {"replicas", "replicas-per-host", "promoted-max", "masters"}) {
            const long value = number(attribute(node, name));
            widest_clone_ = std::max(widest_clone_, value);
            if (value > max_bundle_replicas)
                refuse(std::to_string(value) + " replicas", name_of(node), max_bundle_replicas);
        }
    }

    std::optional<Error> refused_;
    std::unordered_map<std::string_view, std::string_view> values_;  ///< nvpair id -> value
    std::unordered_map<std::string_view, std::string_view> references_;
    std::size_t plain_ = 0;
    std::size_t cloned_ = 0;
    bool clones_default_ = false;
    long widest_clone_ = 1;
};

}  // namespace

Result<void> check_limits(const xmlDoc& cib, Circles circles) {
    const xmlNode* configuration = child(*xmlDocGetRootElement(&cib), "configuration");
    if (!configuration) return Error{Errc::invalid_input, "no element 'configuration'", "CIB", ""};
    std::size_t nodes = 0, constraints = 0;
    for_each_child(child(*configuration, "nodes"), [&](const xmlNode&) { ++nodes; });
    if (const auto* section = child(*configuration, "constraints"))
        for_each_below(*section, [&](const xmlNode&) { ++constraints; });
    if (nodes > max_nodes) return too_large(std::to_string(nodes) + " nodes", "nodes", max_nodes);
    if (constraints > max_constraints)
        return too_large(std::to_string(constraints) + " elements", "constraints", max_constraints);
    Census census;
    for_each_below(*configuration, [&](const xmlNode& node) { census.see(node); });
    census.finish(nodes);
    if (census.refused()) return *census.refused();
    return check_orders(*configuration, circles);
}

}  // namespace cpe::policy
