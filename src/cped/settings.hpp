// From the configuration to what each room is told.
//
// Thread: any; pure.
#pragma once

#include "adapters/agent/agent_channel.hpp"
#include "adapters/local/settings.hpp"
#include "adapters/openstack/settings.hpp"
#include "adapters/ssh/settings.hpp"
#include "adapters/static/settings.hpp"
#include "src/config/configuration.hpp"
#include "src/cped/programs.hpp"
#include "src/policy/runner.hpp"
#include "src/registry/registry.hpp"
#include "src/store/settings.hpp"

#include <string>

namespace cpe::cped {

store::Settings store_settings(const config::Configuration&, const Programs&, const LogSink&);
policy_runner::Settings policy_settings(const config::Configuration&, const Programs&);
registry::Settings registry_settings(const config::Configuration&, std::string transition_uuid);
agent::Settings agent_settings(const config::Configuration&, const LogSink&);
ssh::Settings ssh_settings(const config::Configuration&, const LogSink&);
local::Settings local_settings(const std::string& name, const config::Configuration&,
                               const config::Provider&, const Programs&, const LogSink&);
openstack::ProviderSettings openstack_settings(const std::string& name,
                                               const config::Configuration& from,
                                               const config::Provider& provider,
                                               const LogSink& log);
static_hosts::Settings static_settings(const std::string& name, const config::Provider&,
                                       const LogSink&);

}  // namespace cpe::cped
