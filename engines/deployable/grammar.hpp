// schemas/deployable.rng: the published grammar, and the backstop behind the parser.
//
// Thread: one Grammar on one thread at a time, and not the loop's: libxml2 takes time exponential
// in the optional attributes of an element (10 of them: about a millisecond each element). Pure.
// Errors: Errc::internal for a broken grammar; else as the parser, with the line as libxml2 knows
// it (where the start tag ends).
#pragma once

#include <cpe/result.hpp>

#include <memory>
#include <string_view>

namespace cpe::deployable {

class Grammar {
public:
    /// A RELAX NG schema without externalRef or include: no file is ever read.
    static Result<Grammar> compile(std::string_view text);
    Grammar(const Grammar&) = delete;
    Grammar& operator=(const Grammar&) = delete;
    Grammar(Grammar&&) noexcept;
    Grammar& operator=(Grammar&&) noexcept;
    ~Grammar();

    /// Whether the document keeps to the grammar. Prefer parse() for a person: its messages tell
    /// what to write.
    [[nodiscard]] Result<> check(std::string_view document) const;

private:
    struct Impl;
    explicit Grammar(std::unique_ptr<Impl>);
    std::unique_ptr<Impl> impl_;
};

}  // namespace cpe::deployable
