#include "adapters/local/message.hpp"

#include <algorithm>

namespace cpe::local {
namespace {

constexpr std::size_t max_field = max_message / 4;

std::string field_text(std::string_view field) {
    std::string text(field.substr(0, max_field));
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
    return text;
}

}  // namespace

std::string message_text(const Message& message) {
    std::string text;
    for (const auto& field : message) text += (text.empty() ? "" : "\t") + field_text(field);
    return text.substr(0, max_message - 1) + "\n";
}

Message parse_message(std::string_view line) {
    if (!line.empty() && line.back() == '\n') line.remove_suffix(1);
    Message message;
    for (std::size_t at = 0; at <= line.size();) {
        const auto end = std::min(line.find('\t', at), line.size());
        message.emplace_back(line.substr(at, end - at));
        at = end + 1;
    }
    return message;
}

Message error_message(const Error& error) {
    return {"error", error.what, error.where, error.hint};
}

Error error_of(const Message& message) {
    const auto field = [&](std::size_t at) {
        return at < message.size() ? message[at] : std::string();
    };
    return {Errc::unavailable, field(1), field(2), field(3)};
}

}  // namespace cpe::local
