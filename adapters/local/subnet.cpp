#include "adapters/local/subnet.hpp"

#include <array>
#include <charconv>

namespace cpe::local {
namespace {

Error bad(std::string_view text, std::string what) {
    return {Errc::invalid_input, std::move(what), "subnet '" + std::string(text) + "'",
            "write it like 10.88.0.0/16"};
}

template <class T>
bool number(std::string_view text, T& value) {
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    return failed == std::errc{} && end == text.data() + text.size();
}

}  // namespace

std::string address_text(std::uint32_t address) {
    std::string text;
    for (const unsigned shift : {24U, 16U, 8U, 0U})
        text += std::to_string((address >> shift) & 255U) + (shift != 0 ? "." : "");
    return text;
}

std::string Subnet::text() const {
    return address_text(address) + "/" + std::to_string(prefix);
}

Result<std::uint32_t> parse_address(std::string_view text) {
    std::uint32_t address = 0;
    auto rest = text;
    for (int part = 0; part < 4; ++part) {
        const auto dot = rest.find('.');
        const bool last = part == 3;
        std::uint8_t value = 0;
        if ((dot == std::string_view::npos) != last || !number(rest.substr(0, dot), value))
            return bad(text, "not an IPv4 address");
        address = (address << 8U) | value;
        if (!last) rest.remove_prefix(dot + 1);
    }
    return address;
}

Result<Subnet> parse_subnet(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) return bad(text, "has no prefix length");
    const auto address = parse_address(text.substr(0, slash));
    if (!address) return bad(text, "not an IPv4 network");
    Subnet subnet;
    if (!number(text.substr(slash + 1), subnet.prefix) || subnet.prefix > 32)
        return bad(text, "its prefix length is not a number from 0 to 32");
    subnet.address = *address & subnet.mask();
    if (subnet.address != *address)
        return bad(text, "has host bits set; the network is " + subnet.text());
    if (subnet.prefix < widest_subnet) return bad(text, "is wider than a /8");
    if (subnet.prefix > narrowest_subnet)
        return bad(text, "has no room for a guest: at most a /30");
    return subnet;
}

std::uint32_t slices_of(const Subnet& subnet) {
    return subnet.prefix >= slice_prefix ? 1U : 1U << (slice_prefix - subnet.prefix);
}

Subnet slice_of(const Subnet& subnet, std::uint64_t number) {
    if (subnet.prefix >= slice_prefix) return subnet;
    const auto at = static_cast<std::uint32_t>(number % slices_of(subnet));
    return {subnet.address + (at << (32U - slice_prefix)), slice_prefix};
}

}  // namespace cpe::local
