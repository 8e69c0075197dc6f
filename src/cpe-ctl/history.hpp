// The past of the event log, asked for in SQL page by page.
//
// Thread: the main thread.
#pragma once

#include "src/cpe-ctl/net/management.hpp"
#include "src/cpe-ctl/text/times.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cpe::ctl {

struct HistoryQuery {
    std::string tenant;
    std::string deployable;  ///< empty: of all
    std::optional<Since> since;
    EventId newest;  ///< nothing after it
    std::size_t limit = 100;
};

/// Rows of one page: 11 values each, and Proton takes 65,535 in a message.
constexpr std::size_t history_page = 2'000;

/// The SELECT of one page: the newest events before `before`, newest first.
std::string history_sql(const HistoryQuery&, EventId before, std::size_t limit);

Result<StoredEvent> event_of_row(const std::vector<SqlValue>& row);

/// The newest event's id; 0 when there is none.
Result<EventId> newest_event(Management&);
/// Oldest first.
Result<std::vector<StoredEvent>> history(Management&, const HistoryQuery&);

}  // namespace cpe::ctl
