// gzip (RFC 1952), as transitions.input is stored.
//
// Thread: any; pure. The same input gives the same bytes: the header carries no time and no name.
#pragma once

#include <cpe/result.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cpe::store {

std::vector<char> gzip(std::string_view text);

/// Errc::invalid_input for what is not one whole gzip member; Errc::too_large over `limit` bytes.
Result<std::string> gunzip(std::span<const char> bytes, std::size_t limit);

}  // namespace cpe::store
