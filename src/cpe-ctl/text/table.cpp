#include "src/cpe-ctl/text/table.hpp"

#include "src/cpe-ctl/text/clean.hpp"

#include <algorithm>
#include <utility>

namespace cpe::ctl {
namespace {

std::string line_of(const std::vector<Cell>& row, const std::vector<std::size_t>& widths,
                    std::string_view margin, bool colour) {
    std::string line{margin};
    std::string gap;
    for (std::size_t column = 0; column < row.size(); ++column) {
        const Cell& cell = row[column];
        const std::string padding(widths[column] - columns_of(cell.text), ' ');
        line += gap + (cell.right ? padding : "");
        if (!cell.text.empty()) line += painted(cell.text, cell.tone, colour);
        gap = (cell.right ? "" : padding) + "  ";
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    return line + "\n";
}

}  // namespace

std::string painted(std::string_view text, Tone tone, bool colour) {
    if (!colour || tone == Tone::plain) return std::string{text};
    constexpr std::string_view escapes[] = {"", "\x1b[32m", "\x1b[33m", "\x1b[31m", "\x1b[2m"};
    return std::string{escapes[static_cast<int>(tone)]} + std::string{text} + "\x1b[0m";
}

void Table::add(std::vector<Cell> row) {
    row.resize(head_.size());
    for (Cell& cell : row) cell.text = clean(cell.text);
    rows_.push_back(std::move(row));
}

std::string Table::print(std::string_view margin, bool colour) const {
    std::vector<std::size_t> widths;
    std::vector<Cell> head;
    for (std::size_t column = 0; column < head_.size(); ++column) {
        std::size_t width = columns_of(head_[column]);
        bool right = !rows_.empty();
        for (const auto& row : rows_) {
            width = std::max(width, columns_of(row[column].text));
            right = right && row[column].right;
        }
        widths.push_back(width);
        head.push_back({head_[column], Tone::faint, right});
    }
    std::string text = line_of(head, widths, margin, colour);
    for (const auto& row : rows_) text += line_of(row, widths, margin, colour);
    return text;
}

}  // namespace cpe::ctl
