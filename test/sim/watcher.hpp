// Who watches the simulated world: told of everything that crosses a border, at the moment it does.
#pragma once

#include <cpe/instance_provider.hpp>
#include <cpe/operation.hpp>
#include <cpe/records.hpp>
#include <cpe/transition_graph.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cpe::sim {

class Machine;

enum class CommandKind { start, stop, destroy };

class Watcher {
public:
    virtual ~Watcher() = default;

    // cped
    virtual void cped_began() {}
    virtual void cped_ended() {}
    /// The engine of a deployable of that name died, whether or not that could be stored.
    virtual void engine_died(std::string_view /*name*/) {}

    // what cped does
    virtual void ticked(const DeployableKey&) {}
    /// The answer to a tick is about to be told.
    virtual void planned(const DeployableKey&, const TransitionGraph&) {}
    virtual void submitted(const AssemblyKey&, const OperationRequest&) {}
    virtual void commanded(const AssemblyKey&, CommandKind) {}

    // what is made durable
    virtual void created(const DeployableKey&) {}
    virtual void durable(const PersistBatch&, const std::vector<EventId>&) {}

    // what cped is told
    virtual void answered(const AssemblyKey&, CommandKind, const Result<InstanceReport>&) {}
    virtual void greeted(const AssemblyKey&) {}
    virtual void told(const AssemblyKey&, const OperationResult&) {}

    // what really happens in a machine
    virtual void performed(const Machine&, const OperationRequest&) {}
    virtual void active_changed(const Machine&, const std::string& /*resource*/, bool /*active*/) {}
    virtual void promoted_changed(const Machine&, const std::string& /*resource*/, bool) {}
    virtual void power_changed(const Machine&) {}

    /// Once a second.
    virtual void look() {}
    /// Faults are over and everything should be well: once, at the end.
    virtual void look_at_rest() {}
};

}  // namespace cpe::sim
