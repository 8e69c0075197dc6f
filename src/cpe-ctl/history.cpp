#include "src/cpe-ctl/history.hpp"

#include <algorithm>
#include <utility>

namespace cpe::ctl {
namespace {

std::string sql_text(const std::string& text) {
    std::string literal = "'";
    for (const char c : text) literal += c == '\'' ? std::string{"''"} : std::string(1, c);
    return literal + "'";
}

std::string text_of(const SqlValue& value) {
    const auto* text = std::get_if<std::string>(&value);
    return text ? *text : std::string{};
}

std::int64_t number_of(const SqlValue& value) {
    const auto* number = std::get_if<std::int64_t>(&value);
    return number ? *number : 0;
}

}  // namespace

std::string history_sql(const HistoryQuery& query, EventId before, std::size_t limit) {
    std::string sql =
        "SELECT id, at, tenant, deployable, assembly, service, kind, state, reason, transition, "
        "detail FROM events WHERE id < " +
        std::to_string(before.value) + " AND tenant = " + sql_text(query.tenant);
    if (!query.deployable.empty()) sql += " AND deployable = " + sql_text(query.deployable);
    if (query.since) {
        if (const auto* id = std::get_if<EventId>(&*query.since))
            sql += " AND id > " + std::to_string(id->value);
        else
            sql += " AND at >= " + std::to_string(std::get<WallTime>(*query.since).ms);
    }
    return sql + " ORDER BY id DESC LIMIT " + std::to_string(limit);
}

Result<StoredEvent> event_of_row(const std::vector<SqlValue>& row) {
    if (row.size() != 11)
        return Error{Errc::internal,
                     "an event of " + std::to_string(row.size()) + " columns",
                     {},
                     "are cpe-ctl and cped of one version?"};
    StoredEvent stored;
    stored.id.value = static_cast<std::uint64_t>(number_of(row[0]));
    stored.key = {text_of(row[2]), text_of(row[3])};
    auto& event = stored.event;
    event.at = {number_of(row[1])};
    event.assembly = text_of(row[4]);
    event.service = text_of(row[5]);
    event.kind = text_of(row[6]);
    event.state = text_of(row[7]);
    event.reason = text_of(row[8]);
    event.transition.value = static_cast<std::uint64_t>(number_of(row[9]));
    event.detail = text_of(row[10]);
    return stored;
}

Result<EventId> newest_event(Management& management) {
    const auto table = management.sql("SELECT max(id) FROM events");
    if (!table) return table.error();
    if (table->rows.empty() || table->rows[0].empty()) return EventId{};
    return EventId{static_cast<std::uint64_t>(number_of(table->rows[0][0]))};
}

Result<std::vector<StoredEvent>> history(Management& management, const HistoryQuery& query) {
    std::vector<StoredEvent> events;
    EventId before{query.newest.value + 1};
    while (events.size() < query.limit) {
        const auto wanted = std::min(query.limit - events.size(), history_page);
        const auto page = management.sql(history_sql(query, before, wanted));
        if (!page) return page.error();
        for (const auto& row : page->rows) {
            auto event = event_of_row(row);
            if (!event) return event.error();
            before = event->id;
            events.push_back(std::move(*event));
        }
        if (page->rows.size() < wanted) break;
    }
    std::reverse(events.begin(), events.end());
    return events;
}

}  // namespace cpe::ctl
