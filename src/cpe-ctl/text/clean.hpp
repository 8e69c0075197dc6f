// Foreign text made fit for a terminal and for JSON.
//
// Thread: any; pure.
#pragma once

#include <string>
#include <string_view>

namespace cpe::ctl {

/// Valid UTF-8 (RFC 3629): each byte that is part of no character becomes U+FFFD.
std::string utf8(std::string_view text);

/// Valid UTF-8 without control characters: a line break or tab becomes a space, others U+FFFD, so
/// that no event and no document can send commands to a terminal.
std::string clean(std::string_view text);

/// How many columns clean text takes; one for each character.
std::size_t columns_of(std::string_view text);

}  // namespace cpe::ctl
