#include "adapters/ssh/openssh_key.hpp"

#include "adapters/ssh/bcrypt_pbkdf.hpp"
#include "adapters/ssh/wire.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>

namespace cpe::ssh {

namespace {

constexpr std::string_view begin_line = "-----BEGIN OPENSSH PRIVATE KEY-----";
constexpr std::string_view end_line = "-----END OPENSSH PRIVATE KEY-----";
constexpr std::size_t max_sealed = 64U << 10U;
constexpr std::string_view magic("openssh-key-v1\0", 15);

std::optional<std::string> decode(std::string_view text) {
    const auto begin = text.find(begin_line);
    const auto end = text.find(end_line);
    if (begin == std::string_view::npos || end == std::string_view::npos || end < begin)
        return std::nullopt;
    std::string base64(text.substr(begin + begin_line.size(), end - begin - begin_line.size()));
    std::erase_if(base64, [](char c) { return c == '\n' || c == '\r' || c == ' '; });
    if (base64.empty() || base64.size() % 4 != 0) return std::nullopt;
    std::string bytes(base64.size() / 4 * 3, '\0');
    const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                       reinterpret_cast<const unsigned char*>(base64.data()),
                                       static_cast<int>(base64.size()));
    if (length < 0) return std::nullopt;
    return bytes;  // what padding adds is not looked at
}

struct Cipher {
    std::string_view name;
    const EVP_CIPHER* (*cipher)();
};
constexpr Cipher ciphers[] = {{"aes256-ctr", EVP_aes_256_ctr}, {"aes256-cbc", EVP_aes_256_cbc}};
constexpr std::size_t key_size = 32;
constexpr std::size_t iv_size = 16;

struct FreeContext {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

/// In place.
Result<> decrypt(std::string_view cipher, std::string_view kdf, std::string_view options,
                 const std::string& passphrase, std::string& text) {
    const auto* known = std::find_if(std::begin(ciphers), std::end(ciphers),
                                     [&](const Cipher& each) { return each.name == cipher; });
    if (known == std::end(ciphers) || kdf != "bcrypt")
        return wrong_key("its cipher " + std::string(cipher) + " is not supported",
                         "write it anew: ssh-keygen -p -Z aes256-ctr -f FILE");
    WireReader reader(options);
    const auto salt = reader.string();
    const auto rounds = reader.u32();
    if (!salt || !rounds || *rounds == 0 || *rounds > max_bcrypt_rounds || text.size() > max_sealed)
        return wrong_key("the key makes no sense");
    auto secret = bcrypt_pbkdf(passphrase, *salt, key_size + iv_size, *rounds);
    const auto* key = reinterpret_cast<const unsigned char*>(secret.data());
    const std::unique_ptr<EVP_CIPHER_CTX, FreeContext> context(EVP_CIPHER_CTX_new());
    auto* bytes = reinterpret_cast<unsigned char*>(text.data());
    int length = 0;
    const bool done =
        EVP_DecryptInit_ex(context.get(), known->cipher(), nullptr, key, key + key_size) == 1 &&
        EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1 &&
        EVP_DecryptUpdate(context.get(), bytes, &length, bytes, static_cast<int>(text.size())) == 1;
    OPENSSL_cleanse(secret.data(), secret.size());
    if (!done) return wrong_key("the key makes no sense");
    return {};
}

}  // namespace

bool is_openssh_key(std::string_view text) {
    return text.find(begin_line) != std::string_view::npos;
}

Result<std::string> open_openssh_key(std::string_view text, const std::string& passphrase) {
    const auto bytes = decode(text);
    const auto makes_no_sense = wrong_key("the key makes no sense");
    if (!bytes || !bytes->starts_with(magic)) return makes_no_sense;
    WireReader reader(std::string_view(*bytes).substr(magic.size()));
    const auto cipher = reader.string();
    const auto kdf = reader.string();
    const auto options = reader.string();
    const auto count = reader.u32();
    const auto public_key = reader.string();
    const auto sealed = reader.string();
    if (!cipher || !kdf || !options || !count || !public_key || !sealed) return makes_no_sense;
    if (*count != 1) return wrong_key("more than one key stands in it");
    std::string opened(*sealed);
    if (*cipher != "none") {
        if (passphrase.empty())
            return wrong_key("the key needs a passphrase",
                             "name its file: channels.ssh.passphrase_file");
        const auto decrypted = decrypt(*cipher, *kdf, *options, passphrase, opened);
        if (!decrypted) return decrypted.error();
    }
    WireReader inner(opened);
    const auto check = inner.u32();
    const bool fits = check && check == inner.u32();
    std::string secret(fits ? inner.rest() : std::string_view());
    OPENSSL_cleanse(opened.data(), opened.size());
    if (!fits) return wrong_key("the passphrase does not fit the key");
    return secret;
}

}  // namespace cpe::ssh
