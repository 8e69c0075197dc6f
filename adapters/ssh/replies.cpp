#include "adapters/ssh/replies.hpp"

#include <algorithm>
#include <charconv>

namespace cpe::ssh {

namespace {

std::string_view next_word(std::string_view& text) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return word;
}

template <class Integer>
bool read_number(std::string_view word, Integer& number) {
    const auto* end = word.data() + word.size();
    const auto read = std::from_chars(word.data(), end, number);
    return read.ec == std::errc{} && read.ptr == end && !word.empty();
}

/// Letters, digits and hyphens: it is compared and stored.
bool is_plain(std::string_view word) {
    return !word.empty() && word.size() <= 64 && std::all_of(word.begin(), word.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-';
    });
}

std::optional<Reply> read(std::string_view line) {
    using Kind = Reply::Kind;
    const auto kind = next_word(line);
    Reply reply;
    if (kind == "H" || kind == "M") {
        reply.kind = kind == "H" ? Kind::hello : Kind::missing;
        reply.text = line;
        return reply;
    }
    if (kind == "R" && line.empty()) {
        reply.kind = Kind::ready;
        return reply;
    }
    if (!read_number(next_word(line), reply.run)) return std::nullopt;
    if (kind == "O") {
        reply.text = line;
        return reply;
    }
    if (kind == "D") {
        reply.kind = Kind::done;
        return reply;
    }
    if (kind != "B" && kind != "E" && kind != "K") return std::nullopt;
    reply.kind = kind == "B" ? Kind::began : kind == "E" ? Kind::ended : Kind::killed;
    if (!read_number(next_word(line), reply.number)) return std::nullopt;
    return reply;
}

}  // namespace

std::vector<Reply> Replies::feed(std::string_view bytes) {
    std::vector<Reply> whole;
    while (!bytes.empty()) {
        const auto end = std::min(bytes.find('\n'), bytes.size());
        line_ += bytes.substr(0, std::min(end, max_reply_line - line_.size()));
        if (end == bytes.size()) break;
        end_of_line(whole);
        bytes.remove_prefix(end + 1);
    }
    return whole;
}

void Replies::end_of_line(std::vector<Reply>& to) {
    const std::string_view line = line_;
    if (line.starts_with(prefix_))
        if (auto reply = read(line.substr(prefix_.size()))) to.push_back(*std::move(reply));
    line_.clear();
}

std::optional<GuestFacts> facts_of(std::string_view hello) {
    GuestFacts facts;
    const auto boot = next_word(hello);
    const auto start = next_word(hello);
    std::uint64_t ticks = 0;
    if (!is_plain(boot) || !read_number(start, ticks)) return std::nullopt;
    if (!read_number(next_word(hello), facts.user)) return std::nullopt;
    facts.boot_id = std::string(boot) + "." + std::string(start);
    facts.hostname = hello.substr(0, 255);
    return facts;
}

}  // namespace cpe::ssh
