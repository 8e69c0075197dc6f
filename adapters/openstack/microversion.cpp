#include "adapters/openstack/microversion.hpp"

#include <algorithm>
#include <charconv>

namespace cpe::openstack {
namespace {

std::optional<unsigned> number(std::string_view text) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

Answer<Microversion> choose(Reader version, Reading& reading) {
    const auto lowest = parse_microversion(version.text("min_version"));
    const auto highest = parse_microversion(version.text("version"));
    if (!lowest || !highest) reading.fail("Nova's versions are not of the form 2.79");
    if (reading.fault) return *reading.fault;
    const auto chosen = std::min(*highest, newest_nova);
    if (chosen >= oldest_nova && chosen >= *lowest) return chosen;
    Fault fault;
    fault.kind = FaultKind::bad_request;
    fault.message = "Nova speaks " + text_of(*lowest) + " to " + text_of(*highest) +
                    ", but what is needed is one of " + text_of(oldest_nova) + " to " +
                    text_of(newest_nova);
    return fault;
}

}  // namespace

std::optional<Microversion> parse_microversion(std::string_view text) {
    const auto dot = text.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const auto major = number(text.substr(0, dot));
    const auto minor = number(text.substr(dot + 1));
    if (!major || !minor) return std::nullopt;
    return Microversion{*major, *minor};
}

std::string text_of(Microversion version) {
    return std::to_string(version.major) + "." + std::to_string(version.minor);
}

Answer<Microversion> choose_microversion(const boost::json::value& document) {
    Reading reading;
    Reader top(&document, "", reading);
    if (top.has("version")) return choose(top.object("version"), reading);
    for (auto& version : top.objects("versions"))
        if (version.text("id") == "v2.1") return choose(version, reading);
    reading.fail("Nova has no version v2.1");
    return *reading.fault;
}

}  // namespace cpe::openstack
