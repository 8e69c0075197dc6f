// The values that attributes may have: patterns and durations.
//
// Thread: any; pure. schemas/deployable.rng says the same in its `<define>`s; a test holds the two
// equal.
#pragma once

#include <cpe/time.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cpe::deployable {

/// Pacemaker's INFINITY as a number.
inline constexpr std::int32_t infinity = 1'000'000;

/// [A-Za-z0-9._-]{1,64}, with at least one character that is not a dot: names become file names.
bool is_name(std::string_view);
/// Any 1-64 characters but line breaks, tabs and DEL.
bool is_identity(std::string_view);
/// [A-Za-z0-9_][A-Za-z0-9._@:\-]{0,127}: becomes part of a path or a systemd unit's name.
bool is_agent_type(std::string_view);
/// [A-Za-z_][A-Za-z0-9._-]{0,63}: becomes an XML attribute and an environment variable.
bool is_parameter_name(std::string_view);
/// Any text of at most 255 characters.
bool is_label(std::string_view);

/// [A-Za-z0-9:][A-Za-z0-9.:_-]{0,254}: an IPv4 or IPv6 address, or a host name.
bool is_address(std::string_view);
/// 1-65535, without leading zeros.
bool is_port(std::string_view);

/// true or false
bool is_boolean(std::string_view);
/// Names (is_name) between white space, one at least.
bool is_name_list(std::string_view);
/// "cpu=2 memory=512": is_parameter_name, '=', 1-9 digits, between white space, one at least.
bool is_capacity_list(std::string_view);
/// [0-9]{1,9}
bool is_count(std::string_view);
/// A count, or INFINITY.
bool is_stickiness(std::string_view);
/// file:///..., http://... or https://..., of printable ASCII, at most 2048 characters.
bool is_script_url(std::string_view);
/// What Pacemaker takes for a score: a whole number, INFINITY, +INFINITY or -INFINITY.
bool is_score(std::string_view);

/// What stands between white space.
std::vector<std::string_view> words(std::string_view);

/// "10" (seconds), "10s", "10sec", "500ms", "500msec", "2m", "2min", "1h", "1hr", or ISO 8601 with
/// days at most ("PT1M30S", "P1DT2H"). What is too big is as big as can be told: the caller has a
/// limit. nullopt: of another form.
std::optional<Millis> duration(std::string_view);

/// "10s" or "1500ms": what duration() and Pacemaker read back.
std::string to_text(Millis);

/// A whole number with an optional sign, saturating; nullopt: not a number.
std::optional<std::int64_t> whole_number(std::string_view);

/// For messages: in quotes, at most 64 bytes, control characters as '?'.
std::string quoted(std::string_view);

}  // namespace cpe::deployable
