// The text of one scalar -> its checked value.
//
// Thread: any; pure. Errors carry what and hint; where is for the caller to add.
#pragma once

#include "src/config/keys.hpp"

#include <string>
#include <string_view>

namespace cpe::config {

Result<Value> parse_value(const Key&, std::string_view text);

/// What a key takes, for people: "duration, 100ms to 5min".
std::string type_text(const Key&);

}  // namespace cpe::config
