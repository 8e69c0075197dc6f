#include "adapters/openstack/host_key.hpp"

#include "adapters/http/wipe.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

namespace cpe::openstack {
namespace {

constexpr std::string_view type = "ssh-ed25519";
constexpr std::string_view comment = "cpe";
constexpr std::size_t half = 32;  ///< bytes of each part of an ed25519 key
constexpr std::size_t block = 8;  ///< what an unencrypted private part is padded to
constexpr std::size_t line = 70;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)>;

Key generate() {
    const KeyContext context(EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, nullptr), EVP_PKEY_CTX_free);
    EVP_PKEY* made = nullptr;
    if (context && EVP_PKEY_keygen_init(context.get()) == 1) EVP_PKEY_keygen(context.get(), &made);
    return {made, EVP_PKEY_free};
}

unsigned char* bytes_of(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

std::string base64_of(std::string_view bytes) {
    std::string text(4 * ((bytes.size() + 2) / 3), '\0');
    std::string with_end(text.size() + 1, '\0');
    EVP_EncodeBlock(bytes_of(with_end), reinterpret_cast<const unsigned char*>(bytes.data()),
                    static_cast<int>(bytes.size()));
    text.assign(with_end, 0, text.size());
    http::wipe(with_end);
    return text;
}

// The data types of SSH (RFC 4251 §5).
void put_u32(std::string& to, std::uint32_t number) {
    for (int shift = 24; shift >= 0; shift -= 8) to += static_cast<char>(number >> shift);
}

void put_string(std::string& to, std::string_view text) {
    put_u32(to, static_cast<std::uint32_t>(text.size()));
    to += text;
}

std::string public_blob(std::string_view key) {
    std::string blob;
    put_string(blob, type);
    put_string(blob, key);
    return blob;
}

/// PROTOCOL.key of OpenSSH, without a passphrase.
std::string private_blob(std::string_view public_part, std::string_view seed, std::uint32_t check) {
    std::string inner;
    inner.reserve(512);  // not copied while it grows
    put_u32(inner, check);
    put_u32(inner, check);
    put_string(inner, type);
    put_string(inner, public_part);
    put_u32(inner, 2 * half);
    inner.append(seed).append(public_part);
    put_string(inner, comment);
    for (char pad = 1; inner.size() % block != 0; ++pad) inner += pad;
    std::string blob("openssh-key-v1\0", 15);
    blob.reserve(1024);
    put_string(blob, "none");
    put_string(blob, "none");
    put_string(blob, "");
    put_u32(blob, 1);
    put_string(blob, public_blob(public_part));
    put_string(blob, inner);
    http::wipe(inner);
    return blob;
}

std::string armoured(std::string_view blob) {
    std::string encoded = base64_of(blob);
    std::string text = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
    text.reserve(2048);
    for (std::size_t at = 0; at < encoded.size(); at += line)
        text.append(encoded, at, line).append("\n");
    text += "-----END OPENSSH PRIVATE KEY-----\n";
    http::wipe(encoded);
    return text;
}

std::string fingerprint_of(std::string_view blob) {
    std::string digest(SHA256_DIGEST_LENGTH, '\0');
    SHA256(reinterpret_cast<const unsigned char*>(blob.data()), blob.size(), bytes_of(digest));
    std::string text = base64_of(digest);
    while (!text.empty() && text.back() == '=') text.pop_back();
    return std::string(type) + " SHA256:" + text;
}

}  // namespace

Result<NewHostKey> make_host_key() {
    const Key key = generate();
    std::string seed(half, '\0');
    std::string public_part(half, '\0');
    std::size_t seed_size = half;
    std::size_t public_size = half;
    std::array<unsigned char, 4> random{};
    if (!key || EVP_PKEY_get_raw_private_key(key.get(), bytes_of(seed), &seed_size) != 1 ||
        EVP_PKEY_get_raw_public_key(key.get(), bytes_of(public_part), &public_size) != 1 ||
        RAND_bytes(random.data(), static_cast<int>(random.size())) != 1)
        return Error{Errc::internal, "no host key could be made", "libcrypto", {}};
    std::uint32_t check = 0;
    for (const auto byte : random) check = (check << 8U) | byte;
    std::string blob = private_blob(public_part, seed, check);
    NewHostKey made;
    made.private_key = Secret(armoured(blob));
    http::wipe(blob);
    http::wipe(seed);
    const std::string shown = public_blob(public_part);
    made.public_key = std::string(type) + " " + base64_of(shown);
    made.fingerprint = fingerprint_of(shown);
    return made;
}

}  // namespace cpe::openstack
