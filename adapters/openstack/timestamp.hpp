// Times as OpenStack writes them: ISO 8601 in UTC, with or without fractions and 'Z'; and as HTTP
// does (RFC 9110, IMF-fixdate).
//
// Thread: any; pure.
#pragma once

#include <cpe/time.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace cpe::openstack {

[[nodiscard]] std::optional<WallTime> parse_timestamp(std::string_view text);
/// "2026-11-22T09:58:59Z"; what is less than a second is left out.
[[nodiscard]] std::string format_timestamp(WallTime time);

[[nodiscard]] std::optional<WallTime> parse_http_date(std::string_view text);

}  // namespace cpe::openstack
