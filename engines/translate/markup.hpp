// Writing XML text: escaping in one place.
//
// Thread: any; values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cpe::translate {

/// An XML text that grows.
class Markup {
public:
    explicit Markup(std::size_t expected = 0) { text_.reserve(expected); }

    Markup& raw(std::string_view text) {
        text_.append(text);
        return *this;
    }
    /// Character data and attribute values alike; line breaks and tabs survive in attributes.
    Markup& escaped(std::string_view text);
    Markup& number(std::int64_t value);
    /// ` name="value"`
    Markup& attribute(std::string_view name, std::string_view value);
    Markup& attribute(std::string_view name, std::int64_t value);

    [[nodiscard]] std::size_t size() const { return text_.size(); }
    [[nodiscard]] std::string take() && { return std::move(text_); }

private:
    std::string text_;
};

/// Any text as the end of an XML name: letters, digits, '.' and '-' stay, every other byte becomes
/// "_XX" in hexadecimal. Different texts never become the same.
std::string name_part(std::string_view);

}  // namespace cpe::translate
