#include "adapters/ssh/openssh_key.hpp"

#include "adapters/ssh/wire.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <optional>

namespace cpe::ssh {

namespace {

constexpr std::string_view begin_line = "-----BEGIN OPENSSH PRIVATE KEY-----";
constexpr std::string_view end_line = "-----END OPENSSH PRIVATE KEY-----";
constexpr std::string_view magic("openssh-key-v1\0", 15);

Error wrong(std::string what, std::string hint = {}) {
    return {Errc::invalid_input, std::move(what), {}, std::move(hint)};
}

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

}  // namespace

bool is_openssh_key(std::string_view text) {
    return text.find(begin_line) != std::string_view::npos;
}

Result<std::string> open_openssh_key(std::string_view text, const std::string& passphrase) {
    const auto bytes = decode(text);
    const auto makes_no_sense = wrong("the key makes no sense");
    if (!bytes || !bytes->starts_with(magic)) return makes_no_sense;
    WireReader reader(std::string_view(*bytes).substr(magic.size()));
    const auto cipher = reader.string();
    const auto kdf = reader.string();
    const auto options = reader.string();
    const auto count = reader.u32();
    const auto public_key = reader.string();
    const auto sealed = reader.string();
    if (!cipher || !kdf || !options || !count || !public_key || !sealed) return makes_no_sense;
    if (*count != 1) return wrong("more than one key stands in it");
    if (*cipher != "none")
        return wrong(passphrase.empty() ? "the key needs a passphrase" : "not yet",
                     "name its file: channels.ssh.passphrase_file");
    WireReader inner(*sealed);
    const auto check = inner.u32();
    if (!check || check != inner.u32()) return wrong("the passphrase does not fit the key");
    return std::string(inner.rest());
}

}  // namespace cpe::ssh
