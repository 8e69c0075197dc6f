#include "adapters/ssh/bcrypt_pbkdf.hpp"

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <memory>

namespace cpe::ssh {

namespace {

constexpr int pi_words = 18 + 4 * 256;

struct FreeNumber {
    void operator()(BIGNUM* number) const { BN_free(number); }
};
using Integer = std::unique_ptr<BIGNUM, FreeNumber>;

/// `factor` * arctan(1/x), times 2^bits: factor * (1/x - 1/3x^3 + 1/5x^5 - ...).
Integer scaled_arctan(BN_ULONG factor, BN_ULONG x, int bits) {
    Integer sum(BN_new());
    Integer power(BN_new());
    Integer term(BN_new());
    BN_set_word(power.get(), factor);
    BN_lshift(power.get(), power.get(), bits);
    BN_div_word(power.get(), x);
    BN_copy(sum.get(), power.get());
    for (BN_ULONG n = 3; !BN_is_zero(power.get()); n += 2) {
        BN_div_word(power.get(), x * x);
        BN_copy(term.get(), power.get());
        BN_div_word(term.get(), n);
        n % 4 == 3 ? BN_sub(sum.get(), sum.get(), term.get())
                   : BN_add(sum.get(), sum.get(), term.get());
    }
    return sum;
}

/// Blowfish's tables begin as the binary digits of pi behind the point (Machin: pi/4 =
/// 4 arctan(1/5) - arctan(1/239)).
std::array<std::uint32_t, pi_words> digits_of_pi() {
    constexpr int guard = 64;
    constexpr int bits = pi_words * 32;
    const auto five = scaled_arctan(16, 5, bits + guard);
    const auto rest = scaled_arctan(4, 239, bits + guard);
    Integer pi(BN_new());
    BN_sub(pi.get(), five.get(), rest.get());
    BN_rshift(pi.get(), pi.get(), guard);
    BN_mask_bits(pi.get(), bits);
    std::array<unsigned char, pi_words * 4> bytes{};
    BN_bn2binpad(pi.get(), bytes.data(), static_cast<int>(bytes.size()));
    std::array<std::uint32_t, pi_words> words{};
    for (std::size_t i = 0; i < bytes.size(); ++i) words[i / 4] = (words[i / 4] << 8U) | bytes[i];
    return words;
}

/// Big-endian words out of bytes, round and round.
class Cycle {
public:
    explicit Cycle(std::string_view bytes) : bytes_(bytes) {}
    std::uint32_t next() {
        std::uint32_t word = 0;
        for (int i = 0; i < 4; ++i) {
            word = (word << 8U) | static_cast<unsigned char>(bytes_[at_]);
            at_ = (at_ + 1) % bytes_.size();
        }
        return word;
    }

private:
    std::string_view bytes_;
    std::size_t at_ = 0;
};

class Blowfish {
public:
    Blowfish() : words_(initial()) {}
    ~Blowfish() { OPENSSL_cleanse(words_.data(), sizeof words_); }
    Blowfish(const Blowfish&) = delete;
    Blowfish& operator=(const Blowfish&) = delete;

    void encrypt(std::uint32_t& left, std::uint32_t& right) const {
        left ^= words_[0];
        for (std::size_t round = 1; round <= 16; round += 2) {
            right ^= mix(left) ^ words_[round];
            left ^= mix(right) ^ words_[round + 1];
        }
        const auto old = left;
        left = right ^ words_[17];
        right = old;
    }
    /// The key schedule of bcrypt; without a salt that of Blowfish itself.
    void expand(std::string_view key, std::string_view salt = {}) {
        Cycle keys(key);
        for (std::size_t i = 0; i < 18; ++i) words_[i] ^= keys.next();
        Cycle salts(salt.empty() ? std::string_view("\0\0\0\0", 4) : salt);
        std::uint32_t left = 0;
        std::uint32_t right = 0;
        for (std::size_t i = 0; i < words_.size(); i += 2) {
            left ^= salts.next();
            right ^= salts.next();
            encrypt(left, right);
            words_[i] = left;
            words_[i + 1] = right;
        }
    }

private:
    static const std::array<std::uint32_t, pi_words>& initial() {
        static const auto digits = digits_of_pi();
        return digits;
    }
    [[nodiscard]] std::uint32_t mix(std::uint32_t x) const {
        const auto* s = words_.data() + 18;
        return ((s[x >> 24U] + s[256 + ((x >> 16U) & 255U)]) ^ s[512 + ((x >> 8U) & 255U)]) +
               s[768 + (x & 255U)];
    }

    std::array<std::uint32_t, pi_words> words_;
};

using Block = std::array<unsigned char, 32>;

std::string sha512(std::string_view bytes) {
    std::string digest(SHA512_DIGEST_LENGTH, '\0');
    SHA512(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
           reinterpret_cast<unsigned char*>(digest.data()));
    return digest;
}

Block bcrypt(std::string_view hashed_passphrase, std::string_view hashed_salt) {
    constexpr int repeats = 64;
    Blowfish cipher;
    cipher.expand(hashed_passphrase, hashed_salt);
    for (int i = 0; i < repeats; ++i) {
        cipher.expand(hashed_salt);
        cipher.expand(hashed_passphrase);
    }
    Cycle text("OxychromaticBlowfishSwatDynamite");
    std::array<std::uint32_t, 8> words{};
    for (auto& word : words) word = text.next();
    for (int i = 0; i < repeats; ++i)
        for (std::size_t at = 0; at < words.size(); at += 2)
            cipher.encrypt(words[at], words[at + 1]);
    Block block{};
    for (std::size_t i = 0; i < block.size(); ++i)
        block[i] = static_cast<unsigned char>(words[i / 4] >> (8U * (i % 4)));
    return block;
}

/// The whole of output block number `count`.
Block derive(std::string_view hashed_passphrase, std::string_view salt, std::uint32_t count,
             std::uint32_t rounds) {
    std::string numbered(salt);
    for (int shift = 24; shift >= 0; shift -= 8) numbered += static_cast<char>(count >> shift);
    auto last = bcrypt(hashed_passphrase, sha512(numbered));
    auto sum = last;
    for (std::uint32_t round = 1; round < rounds; ++round) {
        last = bcrypt(hashed_passphrase,
                      sha512({reinterpret_cast<const char*>(last.data()), last.size()}));
        for (std::size_t i = 0; i < sum.size(); ++i) sum[i] ^= last[i];
    }
    return sum;
}

}  // namespace

/// The bytes of the blocks are dealt out over the whole key, so that no part of it costs less.
std::string bcrypt_pbkdf(std::string_view passphrase, std::string_view salt, std::size_t length,
                         std::uint32_t rounds) {
    auto hashed = sha512(passphrase);
    const auto blocks = (length + sizeof(Block) - 1) / sizeof(Block);
    std::string key(length, '\0');
    for (std::size_t block = 0; block < blocks; ++block) {
        const auto bytes = derive(hashed, salt, static_cast<std::uint32_t>(block + 1), rounds);
        for (std::size_t i = 0; i * blocks + block < length && i < bytes.size(); ++i)
            key[i * blocks + block] = static_cast<char>(bytes[i]);
    }
    OPENSSL_cleanse(hashed.data(), hashed.size());
    return key;
}

}  // namespace cpe::ssh
