#include "src/store/retention.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace cpe::store {
namespace {

constexpr std::int64_t ms_per_day = 86'400'000;
constexpr auto never = std::numeric_limits<std::int64_t>::min();

struct Table {
    const char* name;
    const char* ended;  ///< which rows are over
};
constexpr Table tables[] = {
    {"events", "1"}, {"actions", "status <> 'pending'"}, {"transitions", "status <> 'running'"}};

/// What the database holds, without the pages that are free.
Result<std::uint64_t> used_bytes(Database& db) {
    const auto pages = db.number("PRAGMA page_count");
    if (!pages) return pages.error();
    const auto free = db.number("PRAGMA freelist_count");
    if (!free) return free.error();
    const auto size = db.number("PRAGMA page_size");
    if (!size) return size.error();
    return static_cast<std::uint64_t>((*pages - *free) * *size);
}

std::string oldest_of(const Table& table, std::size_t count) {
    return std::string("SELECT id, at FROM ") + table.name + " WHERE " + table.ended +
           " ORDER BY at LIMIT " + std::to_string(count);
}

/// When the database is too large: the time up to which rows go, so that all tables lose the same
/// span; about step_rows rows of the one that has most of it.
Result<std::int64_t> cut_for_size(Database& db, const Retention& retention) {
    auto cut = std::numeric_limits<std::int64_t>::max();
    for (const auto& table : tables) {
        const auto last = db.number("SELECT coalesce(max(at), " + std::to_string(cut) + ") FROM (" +
                                    oldest_of(table, retention.step_rows) + ")");
        if (!last) return last.error();
        cut = std::min(cut, *last);
    }
    return cut;
}

/// Rows of before `cut` (and at it, when `inclusive`): the greatest id among them is kept known.
Result<std::int64_t> remove(Database& db, const Table& table, std::int64_t cut,
                            const Retention& retention) {
    const std::string doomed = "(SELECT id FROM (" + oldest_of(table, retention.step_rows) +
                               ") WHERE at <= " + std::to_string(cut) + ")";
    auto done = db.execute(std::string("INSERT INTO counters SELECT '") + table.name +
                           "', max(id) FROM " + table.name + " WHERE id IN " + doomed +
                           " HAVING max(id) IS NOT NULL ON CONFLICT (name) DO UPDATE"
                           " SET value = max(value, excluded.value)");
    if (done)
        done = db.execute(std::string("DELETE FROM ") + table.name + " WHERE id IN " + doomed);
    if (!done) return done.error();
    return db.changes();
}

Result<std::int64_t> remove_all(Database& db, std::int64_t cut, const Retention& retention) {
    std::int64_t rows = 0;
    for (const auto& table : tables) {
        const auto removed = remove(db, table, cut, retention);
        if (!removed) return removed.error();
        rows += *removed;
    }
    if (rows > 0)
        if (auto shrunk = db.execute("PRAGMA incremental_vacuum"); !shrunk) return shrunk.error();
    return rows;
}

Result<bool> anything_before(Database& db, std::int64_t cut) {
    for (const auto& table : tables) {
        const auto found = db.number("SELECT count(*) FROM (" + oldest_of(table, 1) +
                                     ") WHERE at <= " + std::to_string(cut));
        if (!found) return found.error();
        if (*found > 0) return true;
    }
    return false;
}

}  // namespace

Result<Retained> retain(Database& db, const Retention& retention, WallTime now) {
    auto cut = retention.days > 0 ? now.ms - retention.days * ms_per_day - 1 : never;
    if (retention.bytes > 0) {
        const auto used = used_bytes(db);
        if (!used) return used.error();
        if (*used > retention.bytes) {
            const auto by_size = cut_for_size(db, retention);
            if (!by_size) return by_size.error();
            cut = std::max(cut, *by_size);
        }
    }
    const auto found = anything_before(db, cut);
    if (!found) return found.error();
    if (!*found) return Retained{};
    if (auto begun = db.execute("BEGIN IMMEDIATE"); !begun) return begun.error();
    auto rows = remove_all(db, cut, retention);
    if (rows)
        if (auto done = db.execute("COMMIT"); !done) rows = done.error();
    if (!rows) {
        if (db.in_transaction()) (void)db.execute("ROLLBACK");
        return rows.error();
    }
    return Retained{*rows, *rows > 0};
}

}  // namespace cpe::store
