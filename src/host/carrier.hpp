// Carries out the effects of one DPE through the ports.
//
// Thread: the loop thread; lives for one pass over effects.
#pragma once

#include "src/host/deployment_host.hpp"

namespace cpe::host {

struct DeploymentHost::Carrier {
    DeploymentHost& host;

    void operator()(effect::RunOperation& effect);
    void operator()(effect::CancelMonitor& effect);
    void operator()(effect::OpenChannel& effect);
    void operator()(effect::CloseChannel& effect);
    void operator()(effect::InstanceCommand& effect);
    void operator()(effect::RequestTick& effect);
    void operator()(effect::Reply& effect);
    void operator()(effect::Retire& effect);

private:
    [[nodiscard]] AssemblyKey key_of(const std::string& assembly) const {
        return {host.key_, assembly};
    }
    [[nodiscard]] GuestChannel* channel() const;
};

}  // namespace cpe::host
