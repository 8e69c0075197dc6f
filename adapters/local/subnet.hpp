// IPv4 networks and their slices.
//
// Each state directory takes one slice of the configured subnet, so that two cped with the same
// (default) subnet do not fight for one route. A slice is a /22: 1021 guests, just under the 1023
// ports of a Linux bridge. Its first address is the bridge's, its last one is for broadcasts.
//
// Thread: any; values. Addresses are in host byte order.
#pragma once

#include <cpe/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace cpe::local {

struct Subnet {
    std::uint32_t address = 0;  ///< its first address: all host bits are zero
    unsigned prefix = 32;

    [[nodiscard]] std::uint32_t mask() const { return prefix == 0 ? 0 : ~0U << (32U - prefix); }
    [[nodiscard]] std::uint32_t size() const { return ~mask() + 1; }  ///< prefix 0: 0
    [[nodiscard]] std::uint32_t gateway() const { return address + 1; }
    [[nodiscard]] bool contains(std::uint32_t other) const { return (other & mask()) == address; }
    [[nodiscard]] bool overlaps(const Subnet& other) const {
        return contains(other.address) || other.contains(address);
    }
    [[nodiscard]] std::string text() const;  ///< 10.88.4.0/22
    friend bool operator==(const Subnet&, const Subnet&) = default;
};

constexpr unsigned slice_prefix = 22;
constexpr unsigned widest_subnet = 8;      ///< what may be configured
constexpr unsigned narrowest_subnet = 30;  ///< room for the bridge and one guest

[[nodiscard]] std::string address_text(std::uint32_t address);
/// Errc::invalid_input unless it is a dotted quad.
[[nodiscard]] Result<std::uint32_t> parse_address(std::string_view text);
/// "10.88.0.0/16"; Errc::invalid_input names what is wrong.
[[nodiscard]] Result<Subnet> parse_subnet(std::string_view text);

/// How many slices a subnet has: 1 when it is no wider than one.
[[nodiscard]] std::uint32_t slices_of(const Subnet& subnet);
/// The slice of that number, modulo their count.
[[nodiscard]] Subnet slice_of(const Subnet& subnet, std::uint64_t number);

}  // namespace cpe::local
