#include "adapters/static/fence_options.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace cpe::static_hosts {
namespace {

constexpr std::size_t longest_shown = 200;
constexpr std::size_t shortest_secret = 4;  ///< "on", "1" and "ssh" are none
constexpr std::string_view space = " \t\r";
constexpr std::string_view ours = "pcmk_";

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(space);
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(space) - begin + 1);
}

bool is_key(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    });
}

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7F'; });
}

/// Of one line of the file.
class Line {
public:
    Line(std::size_t number, FenceOptions& options) : number_(number), options_(options) {}

    Result<> take(std::string_view text) {
        const auto equals = text.find('=');
        if (equals == text.npos) return wrong("is not of the form key=value");
        const auto key = trimmed(text.substr(0, equals));
        const auto value = trimmed(text.substr(equals + 1));
        if (!is_key(key)) return wrong("its key is not of A-Z a-z 0-9 _ -");
        if (has_control(value)) return wrong("its value has a control character");
        if (key.starts_with(ours)) return take_own(key.substr(ours.size()), value);
        const std::string name(key);
        if (name == "action" || name == "option" || name == "nodename")
            return wrong("'" + name + "' is given by cped itself");
        for (const auto& [other, ignored] : options_.given)
            if (other == name) return wrong("'" + name + "' stands here twice");
        options_.given.emplace_back(key, value);
        return {};
    }

private:
    Result<> take_own(std::string_view key, std::string_view value) {
        if (key == "host_map") return take_map(value);
        if (key == "host_argument") {
            if (!is_key(value)) return wrong("pcmk_host_argument is no name of an option");
            options_.plug_option = value;
            return {};
        }
        if (key == "action_limit") {
            std::size_t limit = 0;
            const auto* end = value.data() + value.size();
            const auto [rest, failed] = std::from_chars(value.data(), end, limit);
            if (failed != std::errc{} || rest != end || limit < 1 || limit > max_actions_at_once)
                return wrong("pcmk_action_limit is not 1 to " +
                             std::to_string(max_actions_at_once));
            options_.actions_at_once = limit;
            return {};
        }
        return wrong("'pcmk_" + std::string(key) + "' is not supported",
                     "pcmk_host_map, pcmk_host_argument and pcmk_action_limit are");
    }

    /// "web:1;db:2"; white space separates, too. A plug may have colons, an assembly none.
    Result<> take_map(std::string_view value) {
        constexpr std::string_view between = "; \t";
        for (std::size_t begin = value.find_first_not_of(between); begin != value.npos;) {
            const auto end = std::min(value.find_first_of(between, begin), value.size());
            const auto entry = value.substr(begin, end - begin);
            const auto colon = entry.find(':');
            if (colon == entry.npos || colon == 0 || colon + 1 == entry.size())
                return wrong("pcmk_host_map is not of the form assembly:plug;assembly:plug");
            if (!options_.plugs.emplace(entry.substr(0, colon), entry.substr(colon + 1)).second)
                return wrong("pcmk_host_map names an assembly twice");
            begin = value.find_first_not_of(between, end);
        }
        return {};
    }

    [[nodiscard]] Error wrong(std::string what, std::string hint = {}) const {
        return {Errc::invalid_input, std::move(what), "line " + std::to_string(number_),
                std::move(hint)};
    }

    std::size_t number_;
    FenceOptions& options_;
};

/// The last line that says something: what went wrong comes last.
std::string_view last_line(std::string_view text) {
    constexpr std::string_view ends = "\r\n \t";
    const auto last = text.find_last_not_of(ends);
    if (last == text.npos) return {};
    text = text.substr(0, last + 1);
    const auto before = text.find_last_of("\r\n");
    return before == text.npos ? text : text.substr(before + 1);
}

void strike_out(std::string& text, std::string_view secret) {
    for (auto at = text.find(secret); at != text.npos; at = text.find(secret, at + 3))
        text.replace(at, secret.size(), "***");
}

}  // namespace

Result<FenceOptions> parse_options(std::string_view text) {
    if (text.size() > max_options_file)
        return Error{
            Errc::too_large, "it is over " + std::to_string(max_options_file) + " bytes", {}, {}};
    FenceOptions options;
    std::size_t number = 0;
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = std::min(text.find('\n', begin), text.size());
        const auto line = trimmed(text.substr(begin, end - begin));
        begin = end + 1;
        ++number;
        if (line.empty() || line.front() == '#') continue;
        if (auto taken = Line(number, options).take(line); !taken) return taken.error();
        if (options.given.size() > max_options)
            return Error{Errc::too_large,
                         "more than " + std::to_string(max_options) + " options",
                         "line " + std::to_string(number),
                         {}};
    }
    for (const auto& [key, value] : options.given)
        if (key == options.plug_option)
            return Error{Errc::invalid_input,
                         "'" + key + "' is given by cped itself",
                         {},
                         "use pcmk_host_map"};
    return options;
}

std::string plug_of(const FenceOptions& options, const AssemblyKey& key) {
    const auto& plugs = options.plugs;
    auto found = plugs.find(key.deployable.name + "/" + key.assembly);
    if (found == plugs.end()) found = plugs.find(key.assembly);
    return found == plugs.end() ? key.assembly : found->second;
}

std::string input_for(const FenceOptions& options, std::string_view action, std::string_view plug) {
    std::string input;
    const auto add = [&](std::string_view key, std::string_view value) {
        input.append(key).append("=").append(value).append("\n");
    };
    for (const auto& [key, value] : options.given) add(key, value);
    add("action", action);
    add(options.plug_option, plug);
    return input;
}

std::string fit_to_show(const FenceOptions& options, std::string_view output) {
    std::string shown(last_line(output));
    // The longest first: a secret may be a part of another.
    std::vector<std::string_view> secrets;
    for (const auto& [key, value] : options.given)
        if (value.size() >= shortest_secret) secrets.push_back(value);
    std::sort(secrets.begin(), secrets.end(), [](auto a, auto b) { return a.size() > b.size(); });
    for (const auto secret : secrets) strike_out(shown, secret);
    for (char& c : shown)
        if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7E) c = '?';
    if (shown.size() > longest_shown) shown = shown.substr(0, longest_shown) + "...";
    return shown;
}

}  // namespace cpe::static_hosts
