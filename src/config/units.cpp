#include "src/config/units.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace cpe::config {
namespace {

struct Unit {
    std::string_view name;
    std::int64_t factor;
};

constexpr std::array duration_units{Unit{"ms", 1}, Unit{"s", 1000}, Unit{"min", 60'000},
                                    Unit{"h", 3'600'000}, Unit{"d", 86'400'000}};
constexpr std::array size_units{
    Unit{"B", 1}, Unit{"KiB", std::int64_t{1} << 10U}, Unit{"MiB", std::int64_t{1} << 20U},
    Unit{"GiB", std::int64_t{1} << 30U}, Unit{"TiB", std::int64_t{1} << 40U}};

std::string quoted(std::string_view text) {
    constexpr std::size_t longest = 40;
    std::string shown{text.substr(0, longest)};
    for (char& c : shown)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
    return "'" + shown + (text.size() > longest ? "…'" : "'");
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// A whole number and one of the units; no sign, no fraction, no space.
template <std::size_t N>
Result<std::int64_t> with_unit(std::string_view text, const std::array<Unit, N>& units,
                               const char* kind, const char* hint) {
    const auto digits = std::find_if_not(text.begin(), text.end(), is_digit) - text.begin();
    const auto name = text.substr(static_cast<std::size_t>(digits));
    const auto unit = std::find_if(units.begin(), units.end(),
                                   [&](const Unit& candidate) { return candidate.name == name; });
    if (digits == 0 || unit == units.end())
        return invalid(quoted(text) + " is not a " + kind, hint);
    std::int64_t number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + digits, number);
    if (parsed.ec != std::errc{} ||
        number > std::numeric_limits<std::int64_t>::max() / unit->factor)
        return invalid(quoted(text) + " is too large for a " + kind, hint);
    return number * unit->factor;
}

/// One octet or prefix length, at most `most`; takes it off the front of `text`.
bool take_number(std::string_view& text, unsigned most, unsigned& number) {
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    const auto length = static_cast<std::size_t>(parsed.ptr - text.data());
    if (parsed.ec != std::errc{} || number > most || (length > 1 && text.front() == '0'))
        return false;
    text.remove_prefix(length);
    return true;
}

bool take(std::string_view& text, char expected) {
    if (text.empty() || text.front() != expected) return false;
    text.remove_prefix(1);
    return true;
}

}  // namespace

Result<Millis> parse_duration(std::string_view text) {
    const auto ms = with_unit(text, duration_units, "duration",
                              "a whole number and ms, s, min, h or d, such as 500ms or 15min");
    if (!ms) return ms.error();
    return Millis{*ms};
}

Result<Bytes> parse_size(std::string_view text) {
    const auto bytes = with_unit(text, size_units, "size",
                                 "a whole number and B, KiB, MiB, GiB or TiB, such as 64MiB");
    if (!bytes) return bytes.error();
    return Bytes{static_cast<std::uint64_t>(*bytes)};
}

Result<std::int64_t> parse_integer(std::string_view text) {
    std::int64_t number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size())
        return invalid(quoted(text) + " is not a whole number", "digits only, no unit, no quotes");
    return number;
}

Result<double> parse_fraction(std::string_view text) {
    constexpr std::size_t most_digits = 6;
    const auto point = std::min(text.find('.'), text.size());
    const auto whole = text.substr(0, point);
    const auto part = point == text.size() ? std::string_view{} : text.substr(point + 1);
    const auto is_number = [](std::string_view digits) {
        return digits.size() <= most_digits &&
               std::all_of(digits.begin(), digits.end(),
                           [](char c) { return c >= '0' && c <= '9'; });
    };
    const bool ends_in_point = point + 1 == text.size();
    if (whole.empty() || ends_in_point || !is_number(whole) || !is_number(part))
        return invalid(quoted(text) + " is not a number", "such as 0.5, no unit, no quotes");
    double number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

Result<bool> parse_boolean(std::string_view text) {
    if (text == "true") return true;
    if (text == "false") return false;
    return invalid(quoted(text) + " is neither true nor false", "write true or false");
}

Result<> check_subnet(std::string_view text) {
    const auto wrong = invalid(quoted(text) + " is not an IPv4 network",
                               "such as 10.88.0.0/16, prefix length 8 to 28, host bits zero");
    std::string_view rest = text;
    std::uint32_t address = 0;
    for (int octet = 0; octet < 4; ++octet) {
        unsigned number = 0;
        if ((octet > 0 && !take(rest, '.')) || !take_number(rest, 255, number)) return wrong;
        address = address << 8U | number;
    }
    unsigned prefix = 0;
    if (!take(rest, '/') || !take_number(rest, 28, prefix) || !rest.empty() || prefix < 8)
        return wrong;
    const std::uint32_t host_bits = 0xffffffffU >> prefix;
    if ((address & host_bits) != 0) return wrong;
    return {};
}

Result<> check_name(std::string_view text) {
    const auto good = [](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
               c == '_' || c == '-';
    };
    if (!text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), good))
        return {};
    return invalid(quoted(text) + " is not a name",
                   "1 to 64 letters, digits, dots, underscores and hyphens");
}

}  // namespace cpe::config
