#include "engines/deployable/values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace cpe::deployable {
namespace {

constexpr std::int64_t most_ms = std::numeric_limits<std::int64_t>::max() / 4;

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_word(char c) {
    return is_letter(c) || is_digit(c) || c == '_';
}
bool is_name_char(char c) {
    return is_word(c) || c == '.' || c == '-';
}

template <class Allowed>
bool all(std::string_view text, Allowed allowed) {
    return std::all_of(text.begin(), text.end(), allowed);
}

/// Of valid UTF-8 (libxml2 made it): code points.
std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

std::int64_t saturating_product(std::int64_t a, std::int64_t b) {
    return b != 0 && a > most_ms / b ? most_ms : a * b;
}

/// Takes digits off the front; nullopt: there are none.
std::optional<std::int64_t> take_number(std::string_view& text) {
    std::size_t length = 0;
    while (length < text.size() && is_digit(text[length])) ++length;
    if (length == 0) return std::nullopt;
    std::int64_t value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + length, value);
    if (failed != std::errc{}) value = most_ms;
    text.remove_prefix(length);
    return std::min(value, most_ms);
}

struct Unit {
    std::string_view name;
    std::int64_t ms;
};

constexpr std::array<Unit, 9> units{{{"", 1'000},
                                     {"s", 1'000},
                                     {"sec", 1'000},
                                     {"ms", 1},
                                     {"msec", 1},
                                     {"m", 60'000},
                                     {"min", 60'000},
                                     {"h", 3'600'000},
                                     {"hr", 3'600'000}}};

/// One run of "nU" parts in the order of `parts`, each at most once; the sum, or nullopt.
std::optional<std::int64_t> take_parts(std::string_view& text, std::string_view letters,
                                       const std::int64_t* unit_ms) {
    std::int64_t sum = 0;
    std::size_t next = 0;
    while (!text.empty() && is_digit(text.front())) {
        const auto number = take_number(text);
        const auto unit = text.empty() ? letters.npos : letters.find(text.front(), next);
        if (!number || unit == letters.npos) return std::nullopt;
        sum = std::min(most_ms, sum + saturating_product(*number, unit_ms[unit]));
        next = unit + 1;
        text.remove_prefix(1);
    }
    return next == 0 ? std::nullopt : std::optional(sum);
}

/// What follows the P.
std::optional<Millis> iso_duration(std::string_view text) {
    constexpr std::int64_t day = 86'400'000;
    constexpr std::int64_t clock[] = {3'600'000, 60'000, 1'000};
    std::int64_t sum = 0;
    if (!text.empty() && text.front() != 'T') {
        const auto days = take_parts(text, "D", &day);
        if (!days) return std::nullopt;
        sum = *days;
    }
    if (text.empty()) return Millis{sum};  // "P" alone never comes here
    if (text.front() != 'T') return std::nullopt;
    text.remove_prefix(1);
    const auto time = take_parts(text, "HMS", clock);
    if (!time || !text.empty()) return std::nullopt;
    return Millis{std::min(most_ms, sum + *time)};
}

}  // namespace

bool is_name(std::string_view text) {
    return text.size() <= 64 && all(text, is_name_char) && text.find_first_not_of('.') != text.npos;
}

bool is_identity(std::string_view text) {
    const auto count = characters(text);
    return count >= 1 && count <= 64 &&
           all(text, [](char c) { return c != '\n' && c != '\r' && c != '\t' && c != '\x7F'; });
}

bool is_agent_type(std::string_view text) {
    return !text.empty() && text.size() <= 128 && is_word(text.front()) &&
           all(text, [](char c) { return is_name_char(c) || c == '@' || c == ':' || c == '\\'; });
}

bool is_parameter_name(std::string_view text) {
    return !text.empty() && text.size() <= 64 && (is_letter(text.front()) || text.front() == '_') &&
           all(text, is_name_char);
}

bool is_label(std::string_view text) {
    return characters(text) <= 255;
}

bool is_address(std::string_view text) {
    return !text.empty() && text.size() <= 255 &&
           (is_letter(text.front()) || is_digit(text.front()) || text.front() == ':') &&
           all(text, [](char c) { return is_name_char(c) || c == ':'; });
}

bool is_port(std::string_view text) {
    const auto number = whole_number(text);
    return is_count(text) && text.front() != '0' && *number <= 65'535;
}

bool is_boolean(std::string_view text) {
    return text == "true" || text == "false";
}

bool is_name_list(std::string_view text) {
    const auto list = words(text);
    return !list.empty() && std::all_of(list.begin(), list.end(), is_name);
}

bool is_capacity_list(std::string_view text) {
    const auto list = words(text);
    return !list.empty() && std::all_of(list.begin(), list.end(), [](std::string_view word) {
        const auto equals = word.find('=');
        return equals != word.npos && is_parameter_name(word.substr(0, equals)) &&
               is_count(word.substr(equals + 1));
    });
}

bool is_count(std::string_view text) {
    return !text.empty() && text.size() <= 9 && all(text, is_digit);
}

bool is_stickiness(std::string_view text) {
    return text == "INFINITY" || is_count(text);
}

bool is_script_url(std::string_view text) {
    if (text.size() > 2048) return false;
    for (const std::string_view scheme : {"file:///", "http://", "https://"})
        if (text.starts_with(scheme))
            return text.size() > scheme.size() &&
                   all(text, [](char c) { return c > ' ' && c <= '~'; });
    return false;
}

bool is_score(std::string_view text) {
    const bool sign = !text.empty() && (text.front() == '-' || text.front() == '+');
    const auto rest = text.substr(sign ? 1 : 0);
    return rest == "INFINITY" || is_count(rest);
}

std::vector<std::string_view> words(std::string_view text) {
    constexpr std::string_view space = " \t\r\n";
    std::vector<std::string_view> list;
    for (auto begin = text.find_first_not_of(space); begin != text.npos;
         begin = text.find_first_not_of(space)) {
        text.remove_prefix(begin);
        list.push_back(text.substr(0, text.find_first_of(space)));
        text.remove_prefix(list.back().size());
    }
    return list;
}

std::optional<Millis> duration(std::string_view text) {
    if (!text.empty() && text.front() == 'P') {
        text.remove_prefix(1);
        return text.empty() ? std::nullopt : iso_duration(text);
    }
    const auto number = take_number(text);
    if (!number) return std::nullopt;
    for (const auto& unit : units)
        if (unit.name == text) return Millis{saturating_product(*number, unit.ms)};
    return std::nullopt;
}

std::string to_text(Millis value) {
    const auto ms = value.count();
    return ms % 1000 == 0 ? std::to_string(ms / 1000) + "s" : std::to_string(ms) + "ms";
}

std::optional<std::int64_t> whole_number(std::string_view text) {
    const bool negative = !text.empty() && text.front() == '-';
    if (!text.empty() && (negative || text.front() == '+')) text.remove_prefix(1);
    const auto number = take_number(text);
    if (!number || !text.empty()) return std::nullopt;
    return negative ? -*number : *number;
}

std::string quoted(std::string_view text) {
    constexpr std::size_t longest = 64;
    std::size_t length = std::min(text.size(), longest);
    // Not in the middle of a character.
    while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U)
        --length;
    std::string shown(text.substr(0, length));
    for (char& c : shown)
        if (static_cast<unsigned char>(c) < 0x20 || c == '\x7F') c = '?';
    return "'" + shown + (length < text.size() ? "...'" : "'");
}

}  // namespace cpe::deployable
