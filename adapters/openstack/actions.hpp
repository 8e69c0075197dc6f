// What Nova has written down of who did what to a server: also of deleted ones.
//
// Thread: any; pure.
#pragma once

#include "adapters/openstack/fault.hpp"

#include <boost/json/value.hpp>

#include <string>
#include <vector>

namespace cpe::openstack {

struct ServerAction {
    std::string action;  ///< "create", "stop", "delete", ...
    std::string request_id;
    std::string user_id;  ///< empty: Nova itself, as after a machine that ended by itself
    friend bool operator==(const ServerAction&, const ServerAction&) = default;
};

/// A part of an action, as a service of the cloud has carried it out.
struct ActionEvent {
    std::string event;   ///< "compute_terminate_instance", ...
    std::string result;  ///< "Success", "Error"; empty: not ended
    friend bool operator==(const ActionEvent&, const ActionEvent&) = default;
};

/// The newest first.
[[nodiscard]] Answer<std::vector<ServerAction>> read_actions(const boost::json::value& document);
[[nodiscard]] Answer<std::vector<ActionEvent>> read_action_events(
    const boost::json::value& document);

/// The newest action is a stop that a person (or another program) asked for.
[[nodiscard]] bool is_stop_by_somebody(const std::vector<ServerAction>& actions);
/// The compute host itself has ended and removed it: only it writes this event.
[[nodiscard]] bool was_terminated(const std::vector<ActionEvent>& events);

}  // namespace cpe::openstack
