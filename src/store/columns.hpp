// How values of records stand in columns: what is absent is NULL; names of states.
//
// Thread: any; pure.
#pragma once

#include "src/store/sqlite.hpp"

#include <cpe/ids.hpp>
#include <cpe/states.hpp>
#include <cpe/time.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace cpe::store {

inline std::optional<std::string_view> some(std::string_view text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

template <class Tag>
std::int64_t as_integer(Number<Tag> number) {
    return static_cast<std::int64_t>(number.value);
}

template <class Tag>
std::optional<std::int64_t> some(Number<Tag> number) {
    return number ? std::optional(as_integer(number)) : std::nullopt;
}

inline std::optional<std::int64_t> as_integer(std::optional<WallTime> time) {
    return time ? std::optional(time->ms) : std::nullopt;
}

inline std::optional<WallTime> time_in(Row row, int column) {
    return row.null(column) ? std::nullopt : std::optional(WallTime{row.integer(column)});
}

template <class Id>
Id id_in(Row row, int column) {
    return Id{static_cast<std::uint64_t>(row.integer(column))};
}

inline std::optional<int> int_in(Row row, int column) {
    return row.null(column) ? std::nullopt : std::optional(static_cast<int>(row.integer(column)));
}

/// The state of that name, up to and with `last`; Errc::unavailable where it is none: damaged.
template <class State>
Result<State> state_in(Row row, int column, State last) {
    const std::string name = row.text(column);
    for (int at = 0; at <= static_cast<int>(last); ++at)
        if (name_of(static_cast<State>(at)) == name) return static_cast<State>(at);
    return Error{Errc::unavailable, "the database holds an unknown state '" + name + "'", "", ""};
}

inline Result<> prepare_all(Database& db, std::span<const std::pair<Statement*, const char*>> all) {
    for (const auto& [statement, sql] : all) {
        auto prepared = db.prepare(sql);
        if (!prepared) return prepared.error();
        *statement = std::move(*prepared);
    }
    return {};
}

}  // namespace cpe::store
