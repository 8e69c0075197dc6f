#include "src/cpe-ctl/text/clean.hpp"

#include <algorithm>

namespace cpe::ctl {
namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";

unsigned byte_at(std::string_view text, std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
}

bool continues(std::string_view text, std::size_t at, unsigned least = 0x80, unsigned most = 0xbf) {
    const auto byte = byte_at(text, at);
    return byte >= least && byte <= most;
}

/// Length of the character at `at`, or 0 where there is none (RFC 3629, section 4).
std::size_t character(std::string_view text, std::size_t at) {
    const auto first = byte_at(text, at);
    if (first < 0x80) return 1;
    if (first >= 0xc2 && first <= 0xdf) return continues(text, at + 1) ? 2 : 0;
    if (first >= 0xe0 && first <= 0xef) {
        const unsigned least = first == 0xe0 ? 0xa0 : 0x80;
        const unsigned most = first == 0xed ? 0x9f : 0xbf;
        return continues(text, at + 1, least, most) && continues(text, at + 2) ? 3 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        const unsigned least = first == 0xf0 ? 0x90 : 0x80;
        const unsigned most = first == 0xf4 ? 0x8f : 0xbf;
        return continues(text, at + 1, least, most) && continues(text, at + 2) &&
                       continues(text, at + 3)
                   ? 4
                   : 0;
    }
    return 0;
}

/// C0, DEL, and C1 (U+0080 to U+009F), which some terminals obey too.
bool is_control(std::string_view one) {
    const auto first = byte_at(one, 0);
    return first < 0x20 || first == 0x7f || (first == 0xc2 && byte_at(one, 1) < 0xa0);
}

}  // namespace

std::string utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto length = character(text, at);
        out += length == 0 ? replacement : text.substr(at, length);
        at += std::max<std::size_t>(length, 1);
    }
    return out;
}

std::string clean(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto length = std::max<std::size_t>(character(text, at), 1);
        const auto one = text.substr(at, length);
        const bool space = one == "\n" || one == "\t" || one == "\r";
        if (space)
            out += ' ';
        else
            out += character(text, at) == 0 || is_control(one) ? replacement : one;
        at += length;
    }
    return out;
}

std::size_t columns_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
    }));
}

}  // namespace cpe::ctl
