#include "src/management/sql_answer.hpp"

#include "src/management/query.hpp"

#include <proton/binary.hpp>

#include <string>

namespace cpe::management {
namespace {

using amqp::List;
using amqp::to_value;
using amqp::Value;

struct ToValue {
    Value operator()(std::monostate) const { return {}; }
    Value operator()(const std::vector<char>& blob) const {
        return proton::binary(std::string(blob.begin(), blob.end()));
    }
    template <class T>
    Value operator()(const T& scalar) const {
        return scalar;
    }
};

}  // namespace

Result<Answer> sql_answer(const SqlTable& table) {
    const std::size_t values = table.rows.size() * (table.columns.size() + 1);
    if (values > max_answer_values)
        return Error{Errc::too_large,
                     std::to_string(table.rows.size()) + " rows do not fit into one answer",
                     "query",
                     "LIMIT it to " +
                         std::to_string(max_answer_values / (table.columns.size() + 1)) + " rows"};
    List columns;
    for (const auto& name : table.columns) columns.emplace_back(name);
    List rows;
    for (const auto& row : table.rows) {
        List cells;
        for (const auto& cell : row) cells.push_back(std::visit(ToValue{}, cell));
        rows.push_back(to_value(cells));
    }
    return ok_answer({{"columns", to_value(columns)}, {"rows", to_value(rows)}});
}

}  // namespace cpe::management
