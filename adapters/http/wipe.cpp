#include "adapters/http/wipe.hpp"

#include <cstring>

namespace cpe::http {

void wipe(char* data, std::size_t size) {
    if (size > 0) ::explicit_bzero(data, size);
}

void wipe(std::string& text) {
    text.resize(text.capacity());
    wipe(text.data(), text.size());
    text.clear();
}

}  // namespace cpe::http
