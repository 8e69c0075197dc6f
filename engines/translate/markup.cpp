#include "engines/translate/markup.hpp"

#include <charconv>

namespace cpe::translate {
namespace {

std::string_view reference_of(char c) {
    switch (c) {
        case '&': return "&amp;";
        case '<': return "&lt;";
        case '>': return "&gt;";
        case '"': return "&quot;";
        case '\n': return "&#10;";
        case '\r': return "&#13;";
        case '\t': return "&#9;";
        default: return {};
    }
}

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-';
}

}  // namespace

Markup& Markup::escaped(std::string_view text) {
    constexpr std::string_view special = "&<>\"\n\r\t";
    for (auto next = text.find_first_of(special); next != text.npos;
         next = text.find_first_of(special)) {
        text_.append(text.substr(0, next)).append(reference_of(text[next]));
        text.remove_prefix(next + 1);
    }
    text_.append(text);
    return *this;
}

Markup& Markup::number(std::int64_t value) {
    char digits[24];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), value).ptr;
    text_.append(digits, end);
    return *this;
}

Markup& Markup::attribute(std::string_view name, std::string_view value) {
    return raw(" ").raw(name).raw("=\"").escaped(value).raw("\"");
}

Markup& Markup::attribute(std::string_view name, std::int64_t value) {
    return raw(" ").raw(name).raw("=\"").number(value).raw("\"");
}

std::string name_part(std::string_view text) {
    constexpr std::string_view hex = "0123456789abcdef";
    std::string part;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (is_plain(c))
            part += c;
        else
            (part += '_').append(1, hex[byte >> 4U]).append(1, hex[byte & 0xFU]);
    }
    return part;
}

}  // namespace cpe::translate
