#include "src/cpe-ctl/show/tables.hpp"

#include <array>
#include <cstdio>

namespace cpe::ctl {
namespace {

struct ToCell {
    Cell operator()(std::monostate) const { return {"NULL", Tone::faint}; }
    Cell operator()(std::int64_t number) const {
        return {std::to_string(number), Tone::plain, true};
    }
    Cell operator()(double number) const {
        std::array<char, 40> text{};
        std::snprintf(text.data(), text.size(), "%.15g", number);
        return {text.data(), Tone::plain, true};
    }
    Cell operator()(const std::string& text) const { return {text}; }
    Cell operator()(const std::vector<char>& blob) const {
        return {"<" + std::to_string(blob.size()) + " bytes>", Tone::faint};
    }
};

}  // namespace

std::string sql_table(const SqlTable& sql, const Style& style) {
    Table table(sql.columns);
    for (const auto& row : sql.rows) {
        std::vector<Cell> cells;
        for (const auto& value : row) cells.push_back(std::visit(ToCell{}, value));
        table.add(std::move(cells));
    }
    const auto rows = sql.rows.size();
    return table.print("", style.colour) + "(" + std::to_string(rows) +
           (rows == 1 ? " row)\n" : " rows)\n");
}

}  // namespace cpe::ctl
