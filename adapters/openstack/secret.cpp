#include "adapters/openstack/secret.hpp"

#include "adapters/http/wipe.hpp"

#include <utility>

namespace cpe::openstack {

Secret::Secret(std::string&& text) : text_(text) {
    http::wipe(text);
}

Secret::Secret(Secret&& other) noexcept {
    swap(other);
}

Secret& Secret::operator=(Secret&& other) noexcept {
    swap(other);
    return *this;
}

void Secret::swap(Secret& other) noexcept {
    // A short text lives inside of its string, and a move would leave it behind.
    text_.swap(other.text_);
}

Secret::~Secret() {
    http::wipe(text_);
}

Secret Secret::copy() const {
    return Secret(std::string(text_));
}

}  // namespace cpe::openstack
