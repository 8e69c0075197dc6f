// What an operator may ask for: deployables drawn from a seed, as documents and as what the rules
// must know of them.
#pragma once

#include "test/sim/random.hpp"

#include <cpe/ids.hpp>

#include <optional>
#include <string>
#include <vector>

namespace cpe::sim {

struct ServicePlan {
    std::string name;
    std::string assembly;
    std::string resource;
    Millis interval{0};
    Millis start_timeout{0};
    Millis stop_timeout{0};
    Millis monitor_timeout{0};
    std::optional<unsigned> escalation_failures;
    Millis escalation_period{0};
    std::string refers_to;  ///< an assembly whose address it is given, or empty
};

struct Plan {
    DeployableKey key;
    bool calm = false;  ///< no fault is aimed at it
    std::vector<std::string> assemblies;
    std::vector<std::string> providers;  ///< of the assemblies
    std::vector<ServicePlan> services;
    std::vector<std::pair<std::string, std::string>> orders;  ///< (first, then), resource ids
    std::string document;

    [[nodiscard]] const ServicePlan* find(const std::string& resource) const;
    /// The longest chain of services that wait for each other.
    [[nodiscard]] int depth() const;
};

/// Names of the instance providers that documents use.
const std::vector<std::string>& provider_names();

Plan draw_plan(const DeployableKey& key, Random& random);

}  // namespace cpe::sim
