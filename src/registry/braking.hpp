// The registry's hand on the brake (engines/brake): suspicions go in, its orders go to the hosts,
// one alarm lets go by time.
//
// Thread: the loop thread. Ownership: of the brake and its alarm; what `owner` refers to outlives
// it.
#pragma once

#include "engines/brake/brake.hpp"
#include "src/host/alarm.hpp"

#include <cpe/control.hpp>
#include <cpe/deployment.hpp>
#include <cpe/time.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace cpe::registry {

class Braking {
public:
    struct Owner {
        brake::Census census;
        /// Posts it to the deployable's host, if it has one.
        std::function<void(const DeployableKey&, event::Brake)> tell;
    };

    Braking(brake::Settings settings, const Clock& clock, std::unique_ptr<host::Alarm> alarm,
            Owner owner);

    /// Assemblies of it seem to have failed.
    void suspect(const DeployableKey& key, std::span<const Suspect> suspects);
    /// Its DPE is about to live again: was it held when it ended?
    void remembers(const StoredDeployable& stored);
    /// It lives: it may have missed that it is held.
    void begins(const DeployableKey& key);
    /// It is being stopped, or gone: there is nothing left to hold or to count.
    void ends(const DeployableKey& key);
    /// Lets go of it by hand; what its DPE is to be told, or nothing when nothing holds it.
    std::optional<event::Brake> release(const DeployableKey& key, const std::string& who);
    /// What holds it, with the time that is left; of several scopes the one that holds longest.
    [[nodiscard]] BrakeHold hold_of(const DeployableKey& key) const;
    void shutdown() { alarm_->cancel(); }

private:
    void tell(const std::vector<brake::Order>& orders);
    void arm();

    brake::Brake brake_;
    const Clock& clock_;
    std::unique_ptr<host::Alarm> alarm_;
    Owner owner_;
};

}  // namespace cpe::registry
