#include "adapters/local/names.hpp"

#include "adapters/local/subnet.hpp"

#include <array>
#include <cstdio>

namespace cpe::local {

std::uint64_t hash_of(const std::filesystem::path& folder) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : folder.native())
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return hash;
}

std::string interface_prefix(const std::filesystem::path& owner) {
    const std::uint64_t hash = hash_of(owner);
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "cpe%08x",
                  static_cast<unsigned>((hash >> 32U) ^ (hash & 0xffffffffU)));
    return text.data();
}

std::string bridge_name(const std::filesystem::path& owner) {
    return interface_prefix(owner) + "-br";
}

std::string veth_name(const std::filesystem::path& owner, std::uint32_t address) {
    std::array<char, 8> text{};
    constexpr std::uint32_t host_bits = (1U << (32U - slice_prefix)) - 1;
    std::snprintf(text.data(), text.size(), "-%03x", address & host_bits);
    return interface_prefix(owner) + text.data();
}

}  // namespace cpe::local
