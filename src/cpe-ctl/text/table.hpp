// Aligned columns.
//
// Thread: any; values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cpe::ctl {

enum class Tone { plain, good, busy, bad, faint };

struct Cell {
    std::string text;
    Tone tone = Tone::plain;
    bool right = false;  ///< numbers
};

/// Wraps text in the escapes of a tone, or leaves it, when there is no colour.
std::string painted(std::string_view text, Tone, bool colour);

class Table {
public:
    explicit Table(std::vector<std::string> head) : head_(std::move(head)) {}

    void add(std::vector<Cell> row);
    [[nodiscard]] bool empty() const { return rows_.empty(); }
    /// Cells are cleaned; two spaces part the columns; no line ends in spaces.
    [[nodiscard]] std::string print(std::string_view margin, bool colour) const;

private:
    std::vector<std::string> head_;
    std::vector<std::vector<Cell>> rows_;
};

}  // namespace cpe::ctl
