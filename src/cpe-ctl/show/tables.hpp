// What cpe-ctl prints for people.
//
// Thread: any; pure.
#pragma once

#include "src/cpe-ctl/text/table.hpp"
#include "src/cpe-ctl/text/times.hpp"

#include <cpe/records.hpp>
#include <cpe/store.hpp>

#include <span>
#include <string>

namespace cpe::ctl {

struct Style {
    Moment moment;
    bool colour = false;
};

/// One line for each deployable.
std::string list_table(std::span<const DeployableStatus>, const Style&);
/// Each deployable with its assemblies and services.
std::string status_table(std::span<const DeployableStatus>, const Style&);
/// One deployable with all that is known.
std::string show_table(const DeployableStatus&, const Style&);
std::string events_table(std::span<const StoredEvent>, const Style&);
/// One event, for a stream: no columns to align with.
std::string event_line(const StoredEvent&, const Style&);
std::string sql_table(const SqlTable&, const Style&);

/// The tone of a state's name, of whatever it is the state.
Tone tone_of(std::string_view state);

}  // namespace cpe::ctl
