// Keeps of an agent's messages what is worth telling: their end, and the last exit reason.
//
// Thread: any; a pure value. Limits: the given number and max_exit_reason bytes, whatever is
// written. Both are valid UTF-8 without control characters but newline and tab.
#pragma once

#include <cpe/operation.hpp>

#include <string>
#include <string_view>

namespace cpe::guest {

class OutputTail {
public:
    explicit OutputTail(std::size_t kept = max_operation_output) : kept_(kept) {}

    void append(std::string_view bytes);

    /// `ocf-exit-reason:` of the last line that has one (ocf_exit_reason of the shell functions).
    [[nodiscard]] std::string exit_reason() const;
    [[nodiscard]] std::string text() const;

private:
    void end_of_line();

    std::size_t kept_;
    std::string tail_;
    std::string line_;  ///< the line that is being written, cut
    std::string reason_;
};

/// `text` with every byte that is not UTF-8, and every control character, as '?'.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace cpe::guest
