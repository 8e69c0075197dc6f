// A client's private key: ed25519 or ecdsa, in OpenSSH's or PEM format.
//
// Thread: any; read() may take a second where there is a passphrase (a worker's chore). Ownership:
// the secret lives in OpenSSL's key and is wiped with it. Errors name what is wrong, never a
// secret. RSA is refused by name: libssh2 1.10 signs with SHA-1 only, which sshd refuses.
#pragma once

#include <cpe/result.hpp>

#include <openssl/evp.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace cpe::ssh {

constexpr std::size_t max_key_file = 64U << 10U;

class PrivateKey {
public:
    [[nodiscard]] static Result<PrivateKey> read(std::string_view text,
                                                 const std::string& passphrase);

    /// As it goes over the wire.
    [[nodiscard]] const std::string& public_key() const { return public_; }
    [[nodiscard]] Result<std::string> sign(std::string_view data) const;

private:
    struct Free {
        void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    };
    using Handle = std::unique_ptr<EVP_PKEY, Free>;

    PrivateKey() = default;
    static Result<PrivateKey> read_openssh(std::string_view text, const std::string& passphrase);
    static Result<PrivateKey> read_pem(std::string_view text, const std::string& passphrase);
    static Result<PrivateKey> of(Handle key);

    Handle key_;
    std::string type_;
    std::string public_;
};

/// A secret's file: a regular one that nobody but its owner can read. One trailing newline less.
[[nodiscard]] Result<std::string> read_secret(const std::filesystem::path& path, std::size_t limit);

}  // namespace cpe::ssh
