#include "src/store/sql_messages.hpp"

#include "src/store/sql_wire.hpp"

#include <bit>
#include <type_traits>

namespace cpe::store {
namespace {

enum Answer : std::uint8_t { is_table = 1, is_error = 2 };
constexpr std::size_t text_head = 8;  // bytes of a length

// A value is one byte, its place in the variant, and what belongs to it.
void put(Encoder& out, const SqlValue& value) {
    out.byte(static_cast<std::uint8_t>(value.index()));
    std::visit(
        [&out](const auto& held) {
            using Held = std::remove_cvref_t<decltype(held)>;
            if constexpr (std::is_same_v<Held, std::int64_t>)
                out.number(static_cast<std::uint64_t>(held));
            else if constexpr (std::is_same_v<Held, double>)
                out.number(std::bit_cast<std::uint64_t>(held));
            else if constexpr (!std::is_same_v<Held, std::monostate>)
                out.text({held.data(), held.size()});
        },
        value);
}

SqlValue value_in(Decoder& in, bool& known) {
    switch (in.byte()) {
        case 0: return std::monostate{};
        case 1: return static_cast<std::int64_t>(in.number());
        case 2: return std::bit_cast<double>(in.number());
        case 3: return std::string(in.text());
        case 4: {
            const auto bytes = in.text();
            return std::vector<char>(bytes.begin(), bytes.end());
        }
        default: known = false; return std::monostate{};
    }
}

Error broken(const char* what) {
    return {Errc::internal,
            std::string("the SQL helper and cped do not understand each other: ") + what, "",
            "install programs of one version"};
}

Result<SqlTable> table_in(Decoder& in) {
    SqlTable table;
    const auto columns = in.count(text_head);
    for (std::size_t at = 0; at < columns; ++at) table.columns.emplace_back(in.text());
    if (columns == 0) return broken("a table without columns");
    const auto rows = in.count(columns);  // a value takes at least a byte
    table.rows.reserve(rows);
    bool known = true;
    for (std::size_t row = 0; row < rows && in.ok() && known; ++row) {
        auto& values = table.rows.emplace_back();
        values.reserve(columns);
        for (std::size_t at = 0; at < columns; ++at) values.push_back(value_in(in, known));
    }
    if (!in.finished() || !known) return broken("a damaged table");
    return table;
}

Error error_in(Decoder& in) {
    const auto code = in.number();
    Error error;
    error.what = in.text();
    error.where = in.text();
    error.hint = in.text();
    if (!in.finished() || code > static_cast<std::uint64_t>(Errc::internal))
        return broken("a damaged error");
    error.code = static_cast<Errc>(code);
    return error;
}

}  // namespace

std::size_t size_of(const SqlValue& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return sizeof value + text->size();
    if (const auto* blob = std::get_if<std::vector<char>>(&value))
        return sizeof value + blob->size();
    return sizeof value;
}

std::size_t size_of(const std::string& column) {
    return sizeof column + column.size();
}

std::string encode(const SqlRequest& request) {
    Encoder out;
    out.text(request.path);
    out.text(request.tenant);
    out.text(request.query);
    out.number(static_cast<std::uint64_t>(request.limits.time.count()));
    for (const auto limit : {request.limits.rows, request.limits.bytes, request.limits.memory})
        out.number(limit);
    return out.bytes();
}

Result<SqlRequest> decode_request(std::string_view bytes) {
    Decoder in(bytes);
    SqlRequest request;
    request.path = in.text();
    request.tenant = in.text();
    request.query = in.text();
    request.limits.time = Millis{static_cast<Millis::rep>(in.number())};
    for (auto* limit : {&request.limits.rows, &request.limits.bytes, &request.limits.memory})
        *limit = in.number();
    if (!in.finished()) return broken("a damaged request");
    return request;
}

std::string encode(const Result<SqlTable>& answer) {
    Encoder out;
    if (!answer) {
        const auto& error = answer.error();
        out.byte(is_error);
        out.number(static_cast<std::uint64_t>(error.code));
        for (const auto* text : {&error.what, &error.where, &error.hint}) out.text(*text);
        return out.bytes();
    }
    out.byte(is_table);
    out.number(answer->columns.size());
    for (const auto& column : answer->columns) out.text(column);
    out.number(answer->rows.size());
    for (const auto& row : answer->rows)
        for (const auto& value : row) put(out, value);
    return out.bytes();
}

Result<SqlTable> decode_table(std::string_view bytes) {
    Decoder in(bytes);
    switch (in.byte()) {
        case is_table: return table_in(in);
        case is_error: return error_in(in);
        default: return broken("no answer");
    }
}

}  // namespace cpe::store
