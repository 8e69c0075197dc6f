// What cpe-sandbox says to cped on descriptor 3, and the one word it is told: lines of fields.
//
//   boot:   "pid <host pid>", then "ready <boot id>"; cped answers "keep", and only then does the
//           sandbox go on: one whose cped died before that ends by itself at the end of the stream;
//           "kept", once its record is written
//   bridge: "slice 10.88.4.0/22"
//   drop, remove: "done"
//   each:   "error <what> <where> <hint>" instead
//
// Fields are separated by tabs. Thread: any; values.
#pragma once

#include <cpe/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cpe::local {

constexpr int control_fd = 3;
constexpr std::size_t max_message = 4096;

/// First the word, then its fields.
using Message = std::vector<std::string>;

/// With its newline; tabs and newlines in fields become spaces, long fields are cut.
[[nodiscard]] std::string message_text(const Message& message);
[[nodiscard]] Message parse_message(std::string_view line);

[[nodiscard]] Message error_message(const Error& error);
/// Of a message "error ...".
[[nodiscard]] Error error_of(const Message& message);

}  // namespace cpe::local
