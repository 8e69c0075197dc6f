// What cpe-ctl prints with `-o json` (design.md §9): a contract with scripts. Always valid UTF-8.
//
// Thread: any; pure. Times: milliseconds since the epoch; what is not there is null.
#pragma once

#include <cpe/records.hpp>
#include <cpe/store.hpp>

#include <boost/json/value.hpp>

#include <span>
#include <string>

namespace cpe::ctl {

boost::json::value to_json(const DeployableStatus&);
boost::json::value to_json(const StoredEvent&);

/// {"deployables":[...]}
std::string deployables_json(std::span<const DeployableStatus>);
/// {"events":[...]}
std::string events_json(std::span<const StoredEvent>);
/// One event, for a stream.
std::string event_json(const StoredEvent&);
/// {"columns":[...],"rows":[[...]]}; a blob is base64 (RFC 4648).
std::string sql_json(const SqlTable&);

}  // namespace cpe::ctl
