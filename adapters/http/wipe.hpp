// Overwrites what was secret, so that it does not stay behind in freed memory.
//
// Thread: any.
#pragma once

#include <cstddef>
#include <string>

namespace cpe::http {

void wipe(char* data, std::size_t size);
/// All that the string has room for; it is empty afterwards.
void wipe(std::string& text);

}  // namespace cpe::http
