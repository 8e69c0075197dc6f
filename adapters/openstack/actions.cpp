#include "adapters/openstack/actions.hpp"

#include "adapters/openstack/json.hpp"

#include <algorithm>

namespace cpe::openstack {

Answer<std::vector<ServerAction>> read_actions(const boost::json::value& document) {
    Reading reading;
    Reader top(&document, "", reading);
    std::vector<ServerAction> actions;
    for (Reader one : top.objects("instanceActions"))
        actions.push_back({one.text("action"), one.text("request_id"),
                           one.optional_text("user_id").value_or("")});
    if (reading.fault) return *reading.fault;
    return actions;
}

Answer<std::vector<ActionEvent>> read_action_events(const boost::json::value& document) {
    Reading reading;
    Reader top(&document, "", reading);
    std::vector<ActionEvent> events;
    Reader action = top.object("instanceAction");
    if (action.has("events"))
        for (Reader one : action.objects("events"))
            events.push_back({one.text("event"), one.optional_text("result").value_or("")});
    if (reading.fault) return *reading.fault;
    return events;
}

bool is_stop_by_somebody(const std::vector<ServerAction>& actions) {
    return !actions.empty() && actions.front().action == "stop" && !actions.front().user_id.empty();
}

bool was_terminated(const std::vector<ActionEvent>& events) {
    return std::any_of(events.begin(), events.end(), [](const ActionEvent& one) {
        return one.event == "compute_terminate_instance" && one.result == "Success";
    });
}

}  // namespace cpe::openstack
