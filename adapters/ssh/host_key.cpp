#include "adapters/ssh/host_key.hpp"

#include "adapters/ssh/wire.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace cpe::ssh {

namespace {

constexpr std::array<std::string_view, 4> supported_types = {
    "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"};

std::string base64_of(std::string_view bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                       bytes_of(bytes), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

std::optional<std::string> bytes_of_base64(std::string_view text) {
    if (text.empty() || text.size() % 4 != 0 || text.size() > 65'536) return std::nullopt;
    std::string bytes(text.size() / 4 * 3, '\0');
    const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                       bytes_of(text), static_cast<int>(text.size()));
    if (length < 0) return std::nullopt;
    const auto padding = static_cast<std::size_t>(std::count(text.end() - 2, text.end(), '='));
    bytes.resize(static_cast<std::size_t>(length) - padding);
    return bytes;
}

std::string sha256(std::string_view bytes) {
    std::string digest(SHA256_DIGEST_LENGTH, '\0');
    SHA256(bytes_of(bytes), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()));
    return digest;
}

std::string_view next_word(std::string_view& text, std::string_view separators = " \t") {
    text.remove_prefix(std::min(text.find_first_not_of(separators), text.size()));
    const auto end = std::min(text.find_first_of(separators), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(end);
    return word;
}

/// '*' and '?' as in ssh_config(5), PATTERNS; iterative, so that no pattern takes long.
bool matches(std::string_view pattern, std::string_view name) {
    std::size_t p = 0;
    std::size_t n = 0;
    std::size_t star = std::string_view::npos;
    std::size_t after = 0;
    while (n < name.size()) {
        if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
            ++p;
            ++n;
        } else if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            after = n;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            n = ++after;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

/// "|1|SALT|HASH": HMAC-SHA1 of the name with the salt as its key.
bool matches_hashed(std::string_view entry, std::string_view name) {
    entry.remove_prefix(3);
    const auto bar = entry.find('|');
    if (bar == std::string_view::npos) return false;
    const auto salt = bytes_of_base64(entry.substr(0, bar));
    const auto hash = bytes_of_base64(entry.substr(bar + 1));
    if (!salt || !hash) return false;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    HMAC(EVP_sha1(), salt->data(), static_cast<int>(salt->size()), bytes_of(name), name.size(),
         digest.data(), &length);
    return std::string_view(reinterpret_cast<const char*>(digest.data()), length) == *hash;
}

bool stands_in(std::string_view hosts, std::string_view name) {
    if (hosts.starts_with("|1|")) return matches_hashed(hosts, name);
    bool found = false;
    while (!hosts.empty()) {
        auto pattern = next_word(hosts, ",");
        const bool negated = pattern.starts_with('!');
        if (negated) pattern.remove_prefix(1);
        if (pattern.empty() || !matches(pattern, name)) continue;
        if (negated) return false;
        found = true;
    }
    return found;
}

/// How ssh writes a host: "host", or "[host]:port" where the port is not 22; in lower case.
std::string name_of(const std::string& host, std::uint16_t port) {
    std::string name = port == 22 ? host : "[" + host + "]:" + std::to_string(port);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return name;
}

std::string at(const std::string& host, std::uint16_t port) {
    return port == 22 ? host : host + " port " + std::to_string(port);
}

}  // namespace

Result<HostKey> host_key_of(std::string_view blob) {
    const auto type = WireReader(blob).string();
    if (!type || type->empty() || type->size() > 64)
        return Error{Errc::unavailable, "the host key makes no sense", {}, {}};
    HostKey key;
    key.type = *type;
    key.blob = blob;
    auto hash = base64_of(sha256(blob));
    hash.erase(hash.find_last_not_of('=') + 1);
    key.fingerprint = key.type + " SHA256:" + hash;
    return key;
}

KnownHosts::KnownHosts(std::string_view text) {
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of("\r\n"), text.size());
        auto rest = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        auto word = next_word(rest);
        if (word.empty() || word.front() == '#') continue;
        Line line;
        if (word.front() == '@') {
            if (word != "@revoked") continue;
            line.revoked = true;
            word = next_word(rest);
        }
        line.hosts = word;
        line.type = next_word(rest);
        auto blob = bytes_of_base64(next_word(rest));
        if (!blob || WireReader(*blob).string() != std::string_view(line.type)) continue;
        line.blob = *std::move(blob);
        lines_.push_back(std::move(line));
    }
}

KnownHosts::Answer KnownHosts::look_up(const std::string& host, std::uint16_t port,
                                       const HostKey& key) const {
    const auto name = name_of(host, port);
    auto answer = Answer::unknown;
    for (const auto& line : lines_) {
        if (!stands_in(line.hosts, name)) continue;
        if (line.revoked) {
            if (line.blob == key.blob) return Answer::revoked;
            continue;
        }
        if (line.blob == key.blob)
            answer = Answer::match;
        else if (answer == Answer::unknown)
            answer = Answer::other;
    }
    return answer;
}

std::vector<std::string> KnownHosts::types_of(const std::string& host, std::uint16_t port) const {
    const auto name = name_of(host, port);
    std::vector<std::string> types;
    for (const auto& line : lines_)
        if (!line.revoked && stands_in(line.hosts, name)) types.push_back(line.type);
    return types;
}

std::string preferred_types(const KnownHosts& known, const std::string& pin,
                            const std::string& host, std::uint16_t port) {
    auto first = known.types_of(host, port);
    if (!pin.empty()) first = {pin.substr(0, pin.find(' '))};
    std::string types;
    const auto add = [&types](std::string_view type) {
        if (types.find(type) == std::string::npos)
            types.append(types.empty() ? "" : ",").append(type);
    };
    for (const auto& type : first)
        if (std::find(supported_types.begin(), supported_types.end(), type) !=
            supported_types.end())
            add(type);
    for (const auto type : supported_types) add(type);
    return types;
}

TrustVerdict judge(const KnownHosts& known, const std::string& pin, const std::string& host,
                   std::uint16_t port, const HostKey& key, bool first_use_allowed) {
    const auto answer = known.look_up(host, port, key);
    if (answer == KnownHosts::Answer::revoked)
        return {Trust::refused, "the host key of " + at(host, port) + " is revoked in known_hosts"};
    if (!pin.empty()) {
        if (pin == key.fingerprint) return {Trust::known, {}};
        return {Trust::refused, "THE HOST KEY OF " + at(host, port) + " HAS CHANGED: it is " +
                                    key.fingerprint + ", pinned is " + pin};
    }
    switch (answer) {
        case KnownHosts::Answer::match: return {Trust::known, {}};
        case KnownHosts::Answer::other:
            return {Trust::refused, "THE HOST KEY OF " + at(host, port) + " HAS CHANGED: " +
                                        key.fingerprint + " is not the one in known_hosts"};
        case KnownHosts::Answer::revoked:
        case KnownHosts::Answer::unknown: break;
    }
    if (first_use_allowed) return {Trust::first_use, {}};
    return {Trust::refused,
            "the host key of " + at(host, port) + " is not known: it is " + key.fingerprint};
}

}  // namespace cpe::ssh
