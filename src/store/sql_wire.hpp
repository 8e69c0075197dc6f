// The bytes between cped and its SQL helper: little-endian numbers, length-prefixed text.
//
// Thread: any; pure. A Decoder never reads past its bytes: what is missing is zero, and ok() says
// so.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace cpe::store {

class Encoder {
public:
    void number(std::uint64_t value);  ///< 8 bytes
    void byte(std::uint8_t value) { bytes_.push_back(static_cast<char>(value)); }
    void text(std::string_view value);  ///< its length, then its bytes
    [[nodiscard]] const std::string& bytes() const { return bytes_; }
    [[nodiscard]] std::size_t size() const { return bytes_.size(); }

private:
    std::string bytes_;
};

class Decoder {
public:
    explicit Decoder(std::string_view bytes) : rest_(bytes) {}
    std::uint64_t number();
    std::uint8_t byte();
    std::string_view text();
    /// How many items of at least `least_bytes` bytes follow, by their count that stands here: a
    /// count that the rest cannot hold is broken, so that no one reserves memory for it.
    std::size_t count(std::size_t least_bytes);
    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] bool finished() const { return ok_ && rest_.empty(); }

private:
    std::string_view take(std::size_t size);
    std::string_view rest_;
    bool ok_ = true;
};

}  // namespace cpe::store
