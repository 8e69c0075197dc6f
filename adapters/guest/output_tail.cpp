#include "adapters/guest/output_tail.hpp"

#include <algorithm>

namespace cpe::guest {

namespace {

constexpr std::string_view reason_prefix = "ocf-exit-reason:";
constexpr std::size_t max_line = max_exit_reason + 64;

/// Length of the UTF-8 sequence at the start of `text` (RFC 3629), 0 when it is none.
std::size_t sequence_length(std::string_view text) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const auto first = byte(0);
    if (first < 0x80) return 1;
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
    for (std::size_t at = 1; at < length; ++at)
        if ((byte(at) & 0xc0U) != 0x80) return 0;
    const bool overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
    const bool beyond = (first == 0xed && byte(1) > 0x9f) || (first == 0xf4 && byte(1) > 0x8f);
    return overlong || beyond ? 0 : length;
}

std::string_view last(std::string_view text, std::size_t count) {
    return text.substr(text.size() - std::min(text.size(), count));
}

/// The longest start of `text` within `limit` bytes that splits no character.
std::string cut(std::string text, std::size_t limit) {
    if (text.size() <= limit) return text;
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xc0U) == 0x80) --limit;
    text.resize(limit);
    return text;
}

}  // namespace

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto length = sequence_length(text);
        const bool control =
            length == 1 && (text[0] < ' ' || text[0] == 0x7f) && text[0] != '\n' && text[0] != '\t';
        if (length == 0 || control)
            out += '?';
        else
            out += text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return out;
}

void OutputTail::append(std::string_view bytes) {
    tail_ += last(bytes, kept_);
    if (tail_.size() > 2 * kept_) tail_.erase(0, tail_.size() - kept_);
    while (!bytes.empty()) {
        const auto end = bytes.find('\n');
        const auto part = bytes.substr(0, end);
        line_ += part.substr(0, max_line - std::min(max_line, line_.size()));
        if (end == std::string_view::npos) return;
        end_of_line();
        bytes.remove_prefix(end + 1);
    }
}

void OutputTail::end_of_line() {
    if (line_.starts_with(reason_prefix)) reason_ = line_.substr(reason_prefix.size());
    line_.clear();
}

std::string OutputTail::exit_reason() const {
    const auto& reason =
        line_.starts_with(reason_prefix) ? line_.substr(reason_prefix.size()) : reason_;
    return cut(printable(reason), max_exit_reason);
}

std::string OutputTail::text() const {
    auto text = last(tail_, kept_);
    // The cut may have split a character: its rest is not shown.
    if (tail_.size() > kept_)
        while (!text.empty() && (static_cast<unsigned char>(text.front()) & 0xc0U) == 0x80)
            text.remove_prefix(1);
    while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
    return printable(text);
}

}  // namespace cpe::guest
