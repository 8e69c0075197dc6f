#include "src/config/value.hpp"

#include "src/config/units.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace cpe::config {
namespace {

struct Step {
    std::int64_t factor;
    const char* name;
};

/// 90000 ms -> "90s": the largest unit that leaves a whole number.
template <std::size_t N>
std::string in_units(std::int64_t number, const std::array<Step, N>& steps) {
    for (const Step& step : steps)
        if (number % step.factor == 0) return std::to_string(number / step.factor) + step.name;
    return std::to_string(number);
}

std::string shown(Kind kind, std::int64_t number) {
    constexpr std::array durations{Step{86'400'000, "d"}, Step{3'600'000, "h"}, Step{60'000, "min"},
                                   Step{1000, "s"}, Step{1, "ms"}};
    constexpr std::array sizes{
        Step{std::int64_t{1} << 40U, "TiB"}, Step{std::int64_t{1} << 30U, "GiB"},
        Step{std::int64_t{1} << 20U, "MiB"}, Step{1024, "KiB"}, Step{1, "B"}};
    if (kind == Kind::duration) return in_units(number, durations);
    if (kind == Kind::size) return in_units(number, sizes);
    return std::to_string(number);
}

std::string joined(const std::vector<std::string_view>& words) {
    std::string text;
    for (const auto word : words) text += (text.empty() ? "" : ", ") + std::string{word};
    return text;
}

Result<std::int64_t> in_range(const Key& key, std::int64_t number, std::string_view text) {
    if (number >= key.least && number <= key.most) return number;
    return invalid(std::string{text} + " is out of range",
                   shown(key.kind, key.least) + " to " + shown(key.kind, key.most));
}

Result<Value> parse_number(const Key& key, std::string_view text) {
    if (key.kind == Kind::duration) {
        const auto duration = parse_duration(text);
        if (!duration) return duration.error();
        const auto checked = in_range(key, duration->count(), text);
        return checked ? Result<Value>{Value{*duration}} : checked.error();
    }
    if (key.kind == Kind::size) {
        const auto size = parse_size(text);
        if (!size) return size.error();
        const auto checked = in_range(key, static_cast<std::int64_t>(size->value), text);
        return checked ? Result<Value>{Value{*size}} : checked.error();
    }
    const auto number = parse_integer(text);
    if (!number) return number.error();
    const auto checked = in_range(key, *number, text);
    return checked ? Result<Value>{Value{*number}} : checked.error();
}

Result<Value> parse_part(const Key& key, std::string_view text) {
    const auto number = parse_fraction(text);
    if (!number) return number.error();
    if (*number < static_cast<double>(key.least) || *number > static_cast<double>(key.most))
        return invalid(std::string{text} + " is out of range",
                       shown(key.kind, key.least) + " to " + shown(key.kind, key.most));
    return Value{*number};
}

Result<Value> parse_choice(const Key& key, std::string_view text) {
    const auto found = std::find(key.choices.begin(), key.choices.end(), text);
    if (found != key.choices.end()) return Value{std::int64_t{found - key.choices.begin()}};
    return invalid("'" + std::string{text.substr(0, 40)} + "' is none of its values",
                   joined(key.choices));
}

Result<Value> parse_text(const Key& key, std::string_view text) {
    const auto size = static_cast<std::int64_t>(text.size());
    if (size < key.least || size > key.most)
        return invalid("has " + std::to_string(size) + " bytes",
                       std::to_string(key.least) + " to " + std::to_string(key.most));
    if (text.find('\n') != std::string_view::npos) return invalid("holds a line break", "one line");
    return Value{std::string{text}};
}

Result<Value> parse_checked(Result<> (*check)(std::string_view), std::string_view text) {
    const auto checked = check(text);
    if (!checked) return checked.error();
    return Value{std::string{text}};
}

}  // namespace

Result<Value> parse_value(const Key& key, std::string_view text) {
    if (std::find(key.later.begin(), key.later.end(), text) != key.later.end())
        return Error{Errc::unsupported, "'" + std::string{text} + "' is not supported yet", {}, {}};
    switch (key.kind) {
        case Kind::boolean: {
            const auto truth = parse_boolean(text);
            if (!truth) return truth.error();
            return Value{*truth};
        }
        case Kind::integer:
        case Kind::duration:
        case Kind::size: return parse_number(key, text);
        case Kind::fraction: return parse_part(key, text);
        case Kind::choice: return parse_choice(key, text);
        case Kind::name: return parse_checked(check_name, text);
        case Kind::subnet: return parse_checked(check_subnet, text);
        case Kind::text:
        case Kind::path: return parse_text(key, text);
        case Kind::list:
        case Kind::map: break;
    }
    return Error{Errc::internal, "not a scalar", std::string{key.path}, {}};
}

namespace {

std::string plain_type_text(const Key& key) {
    const auto range = [&] {
        return ", " + shown(key.kind, key.least) + " to " + shown(key.kind, key.most);
    };
    switch (key.kind) {
        case Kind::boolean: return "true or false";
        case Kind::integer:
        case Kind::fraction: return "number" + range();
        case Kind::duration: return "duration" + range();
        case Kind::size: return "size" + range();
        case Kind::choice: return joined(key.choices);
        case Kind::name: return "name";
        case Kind::text: return "text";
        case Kind::path: return "path";
        case Kind::subnet: return "IPv4 network";
        case Kind::list: return "list";
        case Kind::map: return "map";
    }
    return {};
}

}  // namespace

std::string type_text(const Key& key) {
    const auto text = plain_type_text(key);
    return key.later.empty() ? text : text + "; not yet: " + joined(key.later);
}

}  // namespace cpe::config
