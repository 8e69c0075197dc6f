#include "src/store/read_events.hpp"

#include "src/store/columns.hpp"

#include <algorithm>

namespace cpe::store {
namespace {

/// ?1 tenant, ?2 deployable, ?3 kind, ?4 after, ?5 since, ?6 limit: each is named, so that their
/// numbers do not depend on the filter.
std::string select_for(const EventFilter& filter) {
    std::string sql =
        "SELECT id, tenant, deployable, at, assembly, service, kind, state, reason, transition,"
        " detail FROM events WHERE id > ?4";
    if (!filter.tenant.empty()) sql += " AND tenant = ?1";
    if (!filter.deployable.empty()) sql += " AND deployable = ?2";
    if (!filter.kind.empty()) sql += " AND kind = ?3";
    if (filter.since) sql += " AND at >= ?5";
    return sql + (filter.newest ? " ORDER BY id DESC LIMIT ?6" : " ORDER BY id LIMIT ?6");
}

StoredEvent event_in(Row row) {
    return {id_in<EventId>(row, 0),
            {row.text(1), row.text(2)},
            {WallTime{row.integer(3)}, row.text(4), row.text(5), row.text(6), row.text(7),
             row.text(8), id_in<TransitionId>(row, 9), row.text(10)}};
}

}  // namespace

Result<std::vector<StoredEvent>> read_events(Database& db, const EventFilter& filter) {
    auto statement = db.prepare(select_for(filter));
    if (!statement) return statement.error();
    std::vector<StoredEvent> events;
    const auto read =
        statement->each([&](Row row) { events.push_back(event_in(row)); }, filter.tenant,
                        filter.deployable, filter.kind, as_integer(filter.after),
                        as_integer(filter.since), static_cast<std::int64_t>(filter.limit));
    if (!read) return read.error();
    if (filter.newest) std::reverse(events.begin(), events.end());
    return events;
}

}  // namespace cpe::store
