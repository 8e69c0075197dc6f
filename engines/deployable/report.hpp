// What a document did wrong, in the words of its author: line, element, what would be right.
//
// Thread: any; a value of one parse. The first error wins; reading goes on after it with whatever
// there is, which keeps the readers free of error paths (a document is bounded, and so is that).
#pragma once

#include "engines/deployable/xml.hpp"

#include <cpe/result.hpp>

#include <optional>
#include <string>
#include <vector>

namespace cpe::deployable {

/// "line 7, assembly 'web', service 'httpd'".
std::string where(const xml::Element&);
/// The child's line and its parent's name: for a child that is named in the message.
std::string where_child(const xml::Element&);
/// "<services>"
std::string tag(const xml::Element&);
/// The same of the model, where the elements are gone; empty names are left out.
std::string where(unsigned line, std::string_view assembly, std::string_view service);

class Report {
public:
    /// Kept of each kind; a document with more is told of these first.
    static constexpr std::size_t most_remarks = 100;

    void fail(Error);
    void invalid(const xml::Element& at, std::string what, std::string hint = "");
    /// Valid, but not built yet.
    void unsupported(std::string place, std::string what);
    void note(const xml::Element& at, const std::string& what);

    [[nodiscard]] const std::optional<Error>& error() const { return error_; }
    [[nodiscard]] std::vector<Error> take_unsupported() { return std::move(unsupported_); }
    [[nodiscard]] std::vector<std::string> take_notes() { return std::move(notes_); }

private:
    std::optional<Error> error_;
    std::vector<Error> unsupported_;
    std::vector<std::string> notes_;
};

}  // namespace cpe::deployable
