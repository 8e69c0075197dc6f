// The data types of SSH (RFC 4251 §5): strings with their length before them, in big-endian.
//
// Thread: any; values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cpe::ssh {

/// As OpenSSL and libssh2 take them.
inline const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

inline void put_u32(std::string& to, std::uint32_t number) {
    for (int shift = 24; shift >= 0; shift -= 8) to += static_cast<char>(number >> shift);
}

inline void put_string(std::string& to, std::string_view text) {
    put_u32(to, static_cast<std::uint32_t>(text.size()));
    to += text;
}

/// Takes values off the front of what it is given; nothing once the bytes do not hold out.
class WireReader {
public:
    explicit WireReader(std::string_view bytes) : rest_(bytes) {}

    std::optional<std::string_view> bytes(std::size_t count) {
        if (rest_.size() < count) return std::nullopt;
        const auto taken = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return taken;
    }
    std::optional<std::uint32_t> u32() {
        const auto four = bytes(4);
        if (!four) return std::nullopt;
        std::uint32_t number = 0;
        for (const char c : *four) number = (number << 8U) | static_cast<unsigned char>(c);
        return number;
    }
    std::optional<std::string_view> string() {
        const auto before = rest_;
        if (const auto length = u32())
            if (auto text = bytes(*length)) return text;
        rest_ = before;
        return std::nullopt;
    }
    [[nodiscard]] std::string_view rest() const { return rest_; }

private:
    std::string_view rest_;
};

}  // namespace cpe::ssh
