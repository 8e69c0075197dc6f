#include "engines/translate/parameter_digest.hpp"

#include <boost/uuid/detail/md5.hpp>

#include <algorithm>
#include <cstdint>

namespace cpe::translate {
namespace {

bool is_high(char c) {
    return (static_cast<unsigned char>(c) & 0x80U) != 0;
}

std::string_view replacement(char c) {
    switch (c) {
        case '<': return "&lt;";
        case '>': return "&gt;";
        case '&': return "&amp;";
        case '"': return "&quot;";
        case '\'': return "&apos;";
        case '\t': return "    ";
        case '\n': return "\\n";
        case '\r': return "\\r";
        default: return {};
    }
}

/// printf's "\%.3o" of a char, which is signed.
std::string octal(char c) {
    auto number = static_cast<std::uint32_t>(static_cast<int>(static_cast<signed char>(c)));
    std::string digits;
    for (; number != 0 || digits.size() < 3; number >>= 3U)
        digits.insert(digits.begin(), static_cast<char>('0' + (number & 7U)));
    return "\\" + digits;
}

/// Pacemaker's own way of escaping, which no XML reader would undo: at the first character of
/// several bytes it stops.
void append_escaped(std::string& out, std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (i + 1 < text.size() && is_high(c) && is_high(text[i + 1])) {
            out += text.substr(i);
            return;
        }
        const auto other = replacement(c);
        if (!other.empty())
            out += other;
        else if (c < ' ' || c > '~')
            out += octal(c);
        else
            out += c;
    }
}

/// Boost gives MD5's bytes as four numbers, the first byte the highest of its number.
std::string hex(const boost::uuids::detail::md5::digest_type& digest) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const unsigned word : digest)
        for (unsigned shift = 32; shift > 0; shift -= 4)
            text += digits[(word >> (shift - 4)) & 0xFU];
    return text;
}

}  // namespace

std::string parameter_digest(ParameterList parameters) {
    std::sort(parameters.begin(), parameters.end());
    std::string text = " <parameters";
    for (const auto& [name, value] : parameters) {
        text.append(" ").append(name).append("=\"");
        append_escaped(text, value);
        text += '"';
    }
    text += "/>\n";
    boost::uuids::detail::md5 md5;
    md5.process_bytes(text.data(), text.size());
    boost::uuids::detail::md5::digest_type digest;
    md5.get_digest(digest);
    return hex(digest);
}

}  // namespace cpe::translate
