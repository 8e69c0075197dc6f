// Names of bridges and interfaces: at most 15 characters, unique on the machine.
//
// Thread: any; values.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace cpe::local {

/// A number that stands for a folder (its canonical path): FNV-1a 64.
[[nodiscard]] std::uint64_t hash_of(const std::filesystem::path& folder);

/// "cpe" and 8 hex digits: what all interfaces of one provider begin with. `owner`, here and
/// below: Home::network().
[[nodiscard]] std::string interface_prefix(const std::filesystem::path& owner);

/// "cpe1a2b3c4d-br"
[[nodiscard]] std::string bridge_name(const std::filesystem::path& owner);

/// "cpe1a2b3c4d-00c": the host's end of the sandbox that leases this address. The address and not
/// the assembly names it: it is unique among the living, and another one at the next boot, when
/// the dead sandbox's interface may still be there for a moment. Its alias tells the assembly.
[[nodiscard]] std::string veth_name(const std::filesystem::path& owner, std::uint32_t address);

}  // namespace cpe::local
