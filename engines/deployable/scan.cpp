#include "engines/deployable/scan.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace cpe::deployable {
namespace {

class Scanner {
public:
    Scanner(std::string_view text, const ScanLimits& limits) : text_(text), limits_(limits) {}

    Result<Lines> run() {
        if (text_.find('\0') != text_.npos)
            return Error{Errc::invalid_input, "the document holds a zero byte", at(1),
                         "write it as UTF-8 text"};
        while (to_next_tag())
            if (auto error = markup()) return *error;
        return std::move(lines_);
    }

private:
    static std::string at(unsigned line) { return "line " + std::to_string(line); }

    bool to_next_tag() {
        const auto next = text_.find('<', at_);
        if (next == text_.npos) return false;
        advance(next);
        return true;
    }

    /// Moves on, counting lines.
    void advance(std::size_t to) {
        const auto from = text_.begin() + static_cast<std::ptrdiff_t>(at_);
        const auto end = text_.begin() + static_cast<std::ptrdiff_t>(std::min(to, text_.size()));
        line_ += static_cast<unsigned>(std::count(from, end, '\n'));
        at_ = std::min(to, text_.size());
    }

    void skip_past(std::string_view end) {
        const auto found = text_.find(end, at_);
        advance(found == text_.npos ? text_.size() : found + end.size());
    }

    bool starts(std::string_view what) const { return text_.substr(at_, what.size()) == what; }

    std::optional<Error> markup() {
        if (starts("<!--")) return comment();
        if (starts("<![CDATA[")) return skip_past("]]>"), std::nullopt;
        if (starts("<?")) return skip_past("?>"), std::nullopt;
        if (starts("<!DOCTYPE"))
            return Error{Errc::invalid_input, "a document type declaration is not allowed",
                         at(line_), "remove <!DOCTYPE ...>: no DTD and no entities"};
        if (starts("</")) {
            if (depth_ > 0) --depth_;
            return skip_past(">"), std::nullopt;
        }
        return start_tag();
    }

    /// XML allows no "--" inside. libxml2 reports each with a copy of the comment so far:
    /// quadratic.
    std::optional<Error> comment() {
        constexpr std::size_t opening = std::string_view("<!--").size();
        const auto dashes = text_.find("--", at_ + opening);
        advance(dashes == text_.npos ? text_.size() : dashes);
        if (dashes != text_.npos && !starts("-->"))
            return Error{Errc::invalid_input, "\"--\" inside a comment", at(line_),
                         "a comment ends with \"-->\""};
        advance(at_ + std::string_view("-->").size());
        return std::nullopt;
    }

    std::optional<Error> start_tag() {
        const unsigned begun = line_;
        if (lines_.size() == limits_.elements)
            return over("elements in the document", limits_.elements, begun);
        lines_.push_back(begun);
        std::size_t attributes = 0;
        for (++at_; at_ < text_.size() && text_[at_] != '>';) {
            const char c = text_[at_];
            if (c != '"' && c != '\'') {
                advance(at_ + 1);
                continue;
            }
            if (++attributes > limits_.attributes)
                return over("attributes of one element", limits_.attributes, begun);
            ++at_;
            skip_past({&c, 1});
        }
        const bool empty = at_ < text_.size() && text_[at_ - 1] == '/';
        if (!empty && ++depth_ > limits_.depth)
            return over("elements inside each other", limits_.depth, begun);
        advance(at_ + 1);
        return std::nullopt;
    }

    static Error over(std::string_view what, std::size_t limit, unsigned line) {
        return Error{Errc::too_large,
                     "more than " + std::to_string(limit) + " " + std::string(what), at(line),
                     "no deployable needs so many"};
    }

    std::string_view text_;
    ScanLimits limits_;
    std::size_t at_ = 0;
    unsigned line_ = 1;
    std::size_t depth_ = 0;
    Lines lines_;
};

}  // namespace

Result<Lines> scan(std::string_view document, const ScanLimits& limits) {
    return Scanner(document, limits).run();
}

}  // namespace cpe::deployable
