#include "src/store/log_rows.hpp"

#include "src/store/columns.hpp"

namespace cpe::store {
namespace {

constexpr auto insert_event =
    "INSERT INTO events (at, tenant, deployable, assembly, service, kind, state, reason,"
    " transition, detail) VALUES (?,?,?,?,?,?,?,?,?,?)";

// An action is put twice: pending, and ended. Ids are global: one of another deployable is a bug.
constexpr auto put_action =
    "INSERT INTO actions (id, at, finished_at, tenant, deployable, transition, assembly, service,"
    " resource, operation, interval_ms, rc, expected_rc, status)"
    " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
    " ON CONFLICT (id) DO UPDATE SET at=excluded.at, finished_at=excluded.finished_at,"
    " transition=excluded.transition, assembly=excluded.assembly, service=excluded.service,"
    " resource=excluded.resource, operation=excluded.operation, interval_ms=excluded.interval_ms,"
    " rc=excluded.rc, expected_rc=excluded.expected_rc, status=excluded.status"
    " WHERE tenant=excluded.tenant AND deployable=excluded.deployable";

constexpr auto put_transition =
    "INSERT INTO transitions (id, at, finished_at, tenant, deployable, cause, status, actions,"
    " input, library) VALUES (?,?,?,?,?,?,?,?,?,?)"
    " ON CONFLICT (id) DO UPDATE SET at=excluded.at, finished_at=excluded.finished_at,"
    " cause=excluded.cause, status=excluded.status, actions=excluded.actions,"
    " input=coalesce(excluded.input, input), library=coalesce(excluded.library, library)"
    " WHERE tenant=excluded.tenant AND deployable=excluded.deployable";

constexpr auto lose_actions =
    "UPDATE actions SET status='lost', finished_at=?3"
    " WHERE tenant=?1 AND deployable=?2 AND status='pending'";

constexpr auto abort_transitions =
    "UPDATE transitions SET status='aborted', finished_at=?3"
    " WHERE tenant=?1 AND deployable=?2 AND status='running'";

}  // namespace

Result<LogRows> LogRows::open(Database& db, std::string scheduler) {
    LogRows rows;
    rows.db_ = &db;
    rows.scheduler_ = std::move(scheduler);
    const std::pair<Statement*, const char*> all[] = {
        {&rows.event_, insert_event},
        {&rows.action_, put_action},
        {&rows.transition_, put_transition},
        {&rows.lose_actions_, lose_actions},
        {&rows.abort_transitions_, abort_transitions}};
    if (auto ready = prepare_all(db, all); !ready) return ready.error();
    return rows;
}

Result<EventId> LogRows::add(const DeployableKey& key, const EventRecord& event) {
    const auto done = event_.run(event.at.ms, key.tenant, key.name, some(event.assembly),
                                 some(event.service), event.kind, some(event.state),
                                 some(event.reason), some(event.transition), some(event.detail));
    if (!done) return done.error();
    return EventId{static_cast<std::uint64_t>(db_->last_insert_id())};
}

Result<> LogRows::put(const DeployableKey& key, const ActionRecord& action) {
    return one_row(
        action_.run(as_integer(action.id), action.at.ms, as_integer(action.finished_at), key.tenant,
                    key.name, some(action.transition), some(action.assembly), some(action.service),
                    some(action.resource), some(action.operation), action.interval.count(),
                    action.rc, action.expected_rc, name_of(action.status)),
        "action", action.id.value);
}

Result<> LogRows::put(const DeployableKey& key, const TransitionRecord& transition, Blob input) {
    const bool given = !input.empty();
    return one_row(transition_.run(as_integer(transition.id), transition.at.ms,
                                   as_integer(transition.finished_at), key.tenant, key.name,
                                   some(transition.cause), transition.status, transition.actions,
                                   given ? std::optional(input) : std::nullopt,
                                   given ? some(scheduler_) : std::nullopt),
                   "transition", transition.id.value);
}

Result<> LogRows::close_all(const DeployableKey& key, std::optional<WallTime> at) {
    auto done = lose_actions_.run(key.tenant, key.name, as_integer(at));
    return done ? abort_transitions_.run(key.tenant, key.name, as_integer(at)) : done;
}

Result<> LogRows::one_row(Result<> done, const char* what, std::uint64_t id) {
    if (!done || db_->changes() == 1) return done;
    return Error{Errc::internal,
                 std::string(what) + ' ' + std::to_string(id) + " is another deployable's", "", ""};
}

}  // namespace cpe::store
