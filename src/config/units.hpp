// Scalars of the configuration: durations, sizes, numbers, names, networks.
//
// Thread: any; pure. Errors carry what is wrong and a hint; where is for the caller to add.
#pragma once

#include "src/config/configuration.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace cpe::config {

/// How readers of one value refuse it; where it stands is for their caller to say.
inline Error invalid(std::string what, std::string hint) {
    return {Errc::invalid_input, std::move(what), {}, std::move(hint)};
}

/// "500ms", "2s", "15min", "1h", "90d": a whole number and a unit.
Result<Millis> parse_duration(std::string_view text);

/// "512B", "64KiB", "4MiB", "1GiB", "1TiB": a whole number and a binary unit.
Result<Bytes> parse_size(std::string_view text);

/// A whole number in decimal digits, with an optional minus.
Result<std::int64_t> parse_integer(std::string_view text);

/// A number with an optional fraction, such as 0.5 or 1: digits, a point, at most 6 digits.
Result<double> parse_fraction(std::string_view text);

/// true or false, nothing else (YAML 1.1 would also take yes, on, ...).
Result<bool> parse_boolean(std::string_view text);

/// An IPv4 network such as 10.88.0.0/16: prefix length 8 to 28, host bits zero.
Result<> check_subnet(std::string_view text);

/// Letters, digits, '.', '_' and '-', 1 to 64 of them.
Result<> check_name(std::string_view text);

}  // namespace cpe::config
