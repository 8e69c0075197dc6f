// What a deployment host may use to carry out effects: the rest of the process, as interfaces.
//
// Thread: the loop thread. Ownership: none; what is referred to outlives every host.
#pragma once

#include "src/host/alarm.hpp"

#include <cpe/guest_channel.hpp>
#include <cpe/instance_provider.hpp>
#include <cpe/log.hpp>
#include <cpe/policy.hpp>
#include <cpe/store.hpp>
#include <cpe/time.hpp>

#include <functional>
#include <map>
#include <string>

namespace cpe::host {

struct Ports {
    const Clock& clock;
    Store& store;
    PolicyRunner& policy;
    std::map<ChannelKind, GuestChannel*> channels;
    std::map<std::string, InstanceProvider*> providers;  ///< by name in the configuration
    std::string default_provider;
    LogSink log;
    AlarmFactory alarms = asio_alarm;
    /// Called before each turn of a host: finds out whether the process stood still (LoopLag).
    std::function<void()> check_punctuality = [] {};
};

}  // namespace cpe::host
