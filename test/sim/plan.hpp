// What an operator may ask for: deployables drawn from a seed, as documents and as what the rules
// must know of them.
#pragma once

#include "test/sim/random.hpp"

#include <cpe/ids.hpp>

#include <optional>
#include <string>
#include <vector>

namespace cpe::sim {

/// The Nth failure within the period; never, without a number.
struct Limit {
    std::optional<unsigned> failures;
    Millis period{0};
};

struct ServicePlan {
    std::string name;
    std::string assembly;  ///< where it is pinned; empty: it floats
    std::string resource;
    Millis interval{0};
    Millis start_timeout{0};
    Millis stop_timeout{0};
    Millis monitor_timeout{0};
    Limit escalation;
    std::string refers_to;  ///< an assembly whose address it is given, or empty
    bool has_script = false;
    int value = 0;         ///< of its parameter `fake`; 0: it has none
    bool reloads = false;  ///< its agent takes over another value while it runs

    // Of one that floats.
    std::string prefer;
    std::size_t instances = 1;
    std::size_t instances_before = 1;  ///< the most that an earlier document had
    bool promotable = false;
    unsigned migration_threshold = 0;
    unsigned failure_timeout_s = 0;
    bool moves_back = false;  ///< no stickiness

    [[nodiscard]] bool floats() const { return assembly.empty(); }
    [[nodiscard]] bool is_clone() const { return instances > 1 || promotable; }
    [[nodiscard]] std::string script() const { return "cfg" + resource.substr(3); }
};

struct AssemblyPlan {
    std::string name;
    std::string provider;  ///< empty: the deployable's
    bool rebuild = false;
    Limit escalation;
};

struct Plan {
    DeployableKey key;
    bool calm = false;  ///< no fault is aimed at it
    Limit escalation;
    bool relocates = false;  ///< has a second provider
    std::vector<AssemblyPlan> assemblies;
    std::vector<ServicePlan> services;
    std::vector<std::pair<std::string, std::string>> orders;  ///< (first, then), resource ids
    std::vector<std::string> constraints;                     ///< Pacemaker's own, as XML
    std::string document;

    // What earlier documents had and this one has not, as long as it may still be there.
    std::vector<ServicePlan> leftovers;
    std::vector<std::pair<std::string, std::string>> leftover_orders;

    /// The document `old` was reloaded with this one.
    void follow(const Plan& old);
    /// In the document, or left over.
    [[nodiscard]] const ServicePlan* find(const std::string& resource) const;
    [[nodiscard]] const ServicePlan* named(const std::string& assembly,
                                           const std::string& service) const;
    [[nodiscard]] const AssemblyPlan* assembly(const std::string& name) const;
    [[nodiscard]] bool is_leftover(const std::string& resource) const;
    /// The longest chain of services that wait for each other.
    /// Some service goes to a better place when there is one, though nothing failed.
    [[nodiscard]] bool moves_by_itself() const;
    [[nodiscard]] int depth() const;
};

/// Names of the instance providers that documents use; the first is the default.
const std::vector<std::string>& provider_names();

Plan draw_plan(const DeployableKey& key, Random& random);
Limit draw_limit(Random& random, int percent, int longest_s);
/// Pinned or floating, with a name and resource of its own.
ServicePlan draw_service(const Plan& plan, std::size_t number, Random& random);

}  // namespace cpe::sim
