// The key derivation of ssh-keygen's passphrases: PBKDF2 with bcrypt as its hash.
//
// Thread: any; pure. Takes 20 ms a round and 32 bytes on purpose: for a worker. Sources: B.
// Schneier, "Description of a New Variable-Length Key, 64-Bit Block Cipher (Blowfish)"; N. Provos
// and D. Mazieres, "A Future-Adaptable Password Scheme"; OpenBSD's bcrypt_pbkdf(3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cpe::ssh {

constexpr std::uint32_t max_bcrypt_rounds = 4'096;  ///< ssh-keygen writes 16 (24 since 9.9)

/// Precondition: rounds from 1 to max_bcrypt_rounds. The result is a secret.
[[nodiscard]] std::string bcrypt_pbkdf(std::string_view passphrase, std::string_view salt,
                                       std::size_t length, std::uint32_t rounds);

}  // namespace cpe::ssh
