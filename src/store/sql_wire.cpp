#include "src/store/sql_wire.hpp"

namespace cpe::store {

void Encoder::number(std::uint64_t value) {
    for (unsigned shift = 0; shift < 64; shift += 8)
        byte(static_cast<std::uint8_t>((value >> shift) & 0xffU));
}

void Encoder::text(std::string_view value) {
    number(value.size());
    bytes_.append(value);
}

std::string_view Decoder::take(std::size_t size) {
    if (!ok_ || size > rest_.size()) {
        ok_ = false;
        return {};
    }
    const auto taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
}

std::uint64_t Decoder::number() {
    std::uint64_t value = 0;
    unsigned shift = 0;
    for (const char c : take(8)) {
        value |= std::uint64_t{static_cast<unsigned char>(c)} << shift;
        shift += 8;
    }
    return value;
}

std::uint8_t Decoder::byte() {
    const auto taken = take(1);
    return taken.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(taken.front());
}

std::string_view Decoder::text() {
    return take(number());
}

std::size_t Decoder::count(std::size_t least_bytes) {
    const auto items = number();
    if (ok_ && items <= rest_.size() / least_bytes) return items;
    ok_ = false;
    return 0;
}

}  // namespace cpe::store
