// Where things of one state directory are. Pure: computes names, touches nothing.
//
// Thread: any; values.
#pragma once

#include <cpe/ids.hpp>

#include <array>
#include <filesystem>
#include <string>
#include <string_view>

namespace cpe {

/// A short name for an assembly that is safe in file, interface and socket names: 16 hex digits of
/// FNV-1a 64 over tenant, deployable and assembly, each ended by a zero byte.
inline std::string slug_of(const AssemblyKey& key) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const auto* part : {&key.deployable.tenant, &key.deployable.name, &key.assembly}) {
        for (const char c : *part) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
        hash *= 1099511628211ULL;
    }
    constexpr std::string_view digits = "0123456789abcdef";
    std::string slug(16, '0');
    for (auto at = slug.rbegin(); at != slug.rend(); ++at, hash >>= 4U) *at = digits[hash & 15U];
    return slug;
}

struct StatePaths {
    std::filesystem::path state_dir;

    [[nodiscard]] auto socket() const { return state_dir / "cped.sock"; }
    [[nodiscard]] auto database() const { return state_dir / "cpe.db"; }
    [[nodiscard]] auto lock() const { return state_dir / "cped.lock"; }
    /// Mounted into the guest, so that a restarted cped is found again; holds one socket.
    [[nodiscard]] auto agent_dir(const AssemblyKey& key) const {
        return state_dir / "agents" / slug_of(key);
    }
    [[nodiscard]] auto agent_socket(const AssemblyKey& key) const {
        return agent_dir(key) / "agent.sock";
    }
    /// All that a provider of type local keeps: `local` for the one of that name, `local-NAME` for
    /// any other.
    [[nodiscard]] auto local_dir(const std::string& provider = "local") const {
        return state_dir / (provider == "local" ? provider : "local-" + provider);
    }
};

}  // namespace cpe
