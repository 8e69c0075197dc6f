// Names and numbers of things, as types that cannot be mixed up.
//
// Thread: any; values.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace cpe {

/// A deployable's name is unique within its tenant.
struct DeployableKey {
    std::string tenant;
    std::string name;
    friend auto operator<=>(const DeployableKey&, const DeployableKey&) = default;
};

/// Assembly names (and uuids) are unique within their deployable only.
struct AssemblyKey {
    DeployableKey deployable;
    std::string assembly;
    friend auto operator<=>(const AssemblyKey&, const AssemblyKey&) = default;
};

template <class Tag>
struct Number {
    std::uint64_t value = 0;  ///< 0 = none
    friend auto operator<=>(const Number&, const Number&) = default;
    explicit operator bool() const { return value != 0; }
};

using TransitionId = Number<struct TransitionTag>;  ///< `transitions.id` of the event log
using OperationId = Number<struct OperationTag>;    ///< `actions.id`; names an operation to a guest
using CommandId = Number<struct CommandTag>;        ///< one instance command of one deployable
using EventId = Number<struct EventTag>;            ///< `events.id`, given by the store
using Generation = Number<struct GenerationTag>;    ///< grows when a running transition is aborted
using Token = Number<struct TokenTag>;  ///< who waits for the answer to an operator's wish

/// Numbers that must be unique over all deployables and restarts: counters that the registry seeds
/// from the store. Passed into engines as time is. Called on the loop thread.
class IdSource {
public:
    virtual ~IdSource() = default;
    virtual TransitionId next_transition() = 0;
    virtual OperationId next_operation() = 0;
};

struct AssemblyKeyHash {
    std::size_t operator()(const AssemblyKey& key) const {
        const std::hash<std::string> hash;
        std::size_t seed = hash(key.deployable.tenant);
        for (const auto* part : {&key.deployable.name, &key.assembly})
            seed ^= hash(*part) + 0x9e3779b97f4a7c15ULL + (seed << 6U) + (seed >> 2U);
        return seed;
    }
};

}  // namespace cpe
