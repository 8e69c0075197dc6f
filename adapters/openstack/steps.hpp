// What is to be done next about one server, from what Nova tells of it (facts: state by state).
//
// Thread: any; pure. A request that Nova accepted is not one that was carried out: each rung has
// its own deadline, and what a server is after it decides.
#pragma once

#include "adapters/openstack/resources.hpp"

#include <cpe/instance_provider.hpp>

#include <optional>
#include <string>

namespace cpe::openstack {

enum class Step {
    done,     ///< it is as wanted
    wait,     ///< look again
    create,   ///< there is none
    start,    ///< os-start
    stop,     ///< os-stop
    reboot,   ///< hard
    remove,   ///< delete
    leave,    ///< somebody else has put it into this state: not ours to change
    give_up,  ///< nothing is left that may be tried
};

[[nodiscard]] std::string_view name_of(Step step);

/// How far a command has come.
struct Progress {
    std::optional<Step> asked;  ///< the last request that Nova accepted
    bool overdue = false;       ///< its deadline has passed, or Nova refused it
    bool rebooted = false;      ///< a hard reboot was tried
    bool may_destroy = false;   ///< rebuild="true"
    bool by_hand = false;       ///< somebody else stopped it
    bool respect = true;        ///< respect_external_stop
};

/// To run. None: it does not exist, or Nova does not show it.
[[nodiscard]] Step next_to_run(const std::optional<Server>& server, const Progress& so_far);
/// To be proven not to run: stop, then hard reboot and stop, then delete.
[[nodiscard]] Step next_to_halt(const std::optional<Server>& server, const Progress& so_far);
/// To be gone.
[[nodiscard]] Step next_to_remove(const std::optional<Server>& server, const Progress& so_far);

/// What a server at rest is to the engine.
[[nodiscard]] InstanceState state_of(const Server& server);
/// That Nova built it never: there is no disk, and nothing of it can run.
[[nodiscard]] bool was_never_built(const Server& server);
/// Somebody else has put it into this state: Nova alone does not.
[[nodiscard]] bool is_by_hand(const Server& server);
/// "SHUTOFF", "ERROR: No valid host was found. ", "ACTIVE, powering-off".
[[nodiscard]] std::string words_of(const Server& server);

}  // namespace cpe::openstack
