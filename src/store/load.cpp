#include "src/store/load.hpp"

#include "src/store/columns.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <map>

namespace cpe::store {
namespace {

/// The deployables that are being read, by the first two columns of the rows that are theirs. Rows
/// of the log outlive theirs.
class Loading {
public:
    explicit Loading(Database& db, const DeployableKey* only = nullptr) : db_(db), only_(only) {}

    /// Visits each row that `select` and `order` give as visit(row, stored).
    template <class Visit>
    Result<> each(std::string select, const char* order, Visit visit) {
        return rows(std::move(select), order, [&](Row row) -> Result<> {
            const auto found = by_key_.find({row.text(0), row.text(1)});
            return found == by_key_.end() ? Result<>{} : visit(row, all_[found->second]);
        });
    }

    /// `select` has no ORDER BY, and a WHERE.
    template <class Visit>
    Result<> rows(std::string select, const char* order, Visit visit) {
        if (only_) select += " AND tenant=?1 AND deployable=?2";
        auto statement = db_.prepare(select + " ORDER BY " + order);
        if (!statement) return statement.error();
        return only_ ? statement->each(visit, only_->tenant, only_->name) : statement->each(visit);
    }

    void add(StoredDeployable stored) {
        by_key_.emplace(stored.key, all_.size());
        all_.push_back(std::move(stored));
    }
    std::vector<StoredDeployable> take() { return std::move(all_); }

private:
    Database& db_;
    const DeployableKey* only_;
    std::vector<StoredDeployable> all_;
    std::map<DeployableKey, std::size_t> by_key_;
};

Result<> load_documents(Loading& loading) {
    return loading.rows(
        "SELECT tenant, deployable, document, wanted, deleting FROM documents"
        " LEFT JOIN desired USING (tenant, deployable) WHERE 1",
        "tenant, deployable", [&](Row row) {
            StoredDeployable stored;
            stored.key = {row.text(0), row.text(1)};
            stored.document = row.text(2);
            stored.wanted = row.integer(3) != 0;
            stored.deleting = row.integer(4) != 0;
            loading.add(std::move(stored));
        });
}

Result<> load_memory(Loading& loading) {
    return loading.each("SELECT tenant, deployable, key, value FROM memory WHERE 1",
                        "tenant, deployable, key",
                        [](Row row, StoredDeployable& stored) -> Result<> {
                            stored.memory.push_back({row.text(2), row.text(3)});
                            return {};
                        });
}

Result<> load_status(Loading& loading) {
    return loading.each(
        "SELECT tenant, deployable, uuid, state, since, transition, memory FROM deployables WHERE "
        "1",
        "rowid", [](Row row, StoredDeployable& stored) -> Result<> {
            const auto state = state_in(row, 3, DeployableState::unrecoverable);
            if (!state) return state.error();
            DeployableStatus status;
            status.key = stored.key;
            status.uuid = row.text(2);
            status.state = *state;
            status.since = {row.integer(4)};
            status.transition = id_in<TransitionId>(row, 5);
            status.memory = static_cast<std::uint64_t>(row.integer(6));
            stored.status = std::move(status);
            return {};
        });
}

// In the order in which they were first written: the document's.
Result<> load_assemblies(Loading& loading) {
    return loading.each(
        "SELECT tenant, deployable, name, uuid, state, since, address, provider, channel, instance,"
        " instance_state, heartbeat, reason FROM assemblies WHERE 1",
        "rowid", [](Row row, StoredDeployable& stored) -> Result<> {
            const auto state = state_in(row, 4, AssemblyState::unrecoverable);
            if (!state) return state.error();
            const auto instance = state_in(row, 10, InstanceState::unknown);
            if (!instance) return instance.error();
            if (!stored.status) return {};
            stored.status->assemblies.push_back(
                {row.text(2), row.text(3), *state, WallTime{row.integer(5)}, row.text(6),
                 row.text(7), row.text(8), row.text(9), *instance, time_in(row, 11), row.text(12)});
            return {};
        });
}

Result<std::vector<std::string>> names_in(const std::string& text) {
    boost::system::error_code broken;
    const auto value = boost::json::parse(text, broken);
    const auto* array = broken ? nullptr : value.if_array();
    std::vector<std::string> names;
    if (array)
        for (const auto& name : *array)
            if (name.is_string()) names.emplace_back(name.get_string());
    if (!array || names.size() != array->size())
        return Error{Errc::unavailable, "the database holds no list of names: " + text, "", ""};
    return names;
}

Result<> load_services(Loading& loading) {
    return loading.each(
        "SELECT tenant, deployable, name, resource, state, since, last_checked, assemblies,"
        " failures FROM services WHERE 1",
        "rowid", [](Row row, StoredDeployable& stored) -> Result<> {
            const auto state = state_in(row, 4, ServiceState::unrecoverable);
            if (!state) return state.error();
            auto assemblies = names_in(row.text(7));
            if (!assemblies) return assemblies.error();
            if (!stored.status) return {};
            stored.status->services.push_back(
                {row.text(2), row.text(3), *state, WallTime{row.integer(5)}, time_in(row, 6),
                 std::move(*assemblies), static_cast<int>(row.integer(8))});
            return {};
        });
}

Result<> load_actions(Loading& loading) {
    return loading.each(
        "SELECT tenant, deployable, id, at, transition, assembly, service, resource, operation,"
        " interval_ms, expected_rc FROM actions WHERE status='pending'",
        "id", [](Row row, StoredDeployable& stored) -> Result<> {
            ActionRecord action;
            action.id = id_in<OperationId>(row, 2);
            action.at = {row.integer(3)};
            action.transition = id_in<TransitionId>(row, 4);
            action.assembly = row.text(5);
            action.service = row.text(6);
            action.resource = row.text(7);
            action.operation = row.text(8);
            action.interval = Millis{row.integer(9)};
            action.expected_rc = int_in(row, 10);
            stored.pending.push_back(std::move(action));
            return {};
        });
}

Result<> load_transitions(Loading& loading) {
    return loading.each(
        "SELECT tenant, deployable, id, at, cause, status, actions FROM transitions"
        " WHERE status='running'",
        "id", [](Row row, StoredDeployable& stored) -> Result<> {
            stored.running.push_back({id_in<TransitionId>(row, 2), WallTime{row.integer(3)},
                                      std::nullopt, row.text(4), row.text(5),
                                      static_cast<int>(row.integer(6)), ""});
            return {};
        });
}

/// The greatest id of a table, also of rows that retention has removed.
Result<std::uint64_t> last_id(Database& db, const std::string& table) {
    const auto last =
        db.number("SELECT max(coalesce((SELECT max(id) FROM " + table +
                  "), 0), coalesce((SELECT value FROM counters WHERE name='" + table + "'), 0))");
    if (!last) return last.error();
    return static_cast<std::uint64_t>(*last);
}

Result<> load_deployables(Loading& loading) {
    for (const auto part : {load_documents, load_memory, load_status, load_assemblies,
                            load_services, load_actions, load_transitions})
        if (auto done = part(loading); !done) return done;
    return {};
}

Result<> load_counters(Database& db, Loaded& loaded) {
    const auto transition = last_id(db, "transitions");
    if (!transition) return transition.error();
    const auto action = last_id(db, "actions");
    if (!action) return action.error();
    const auto event =
        db.number("SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name='events'), 0)");
    if (!event) return event.error();
    loaded.last_transition = {*transition};
    loaded.last_operation = {*action};
    loaded.last_event = {static_cast<std::uint64_t>(*event)};
    return {};
}

Result<> load_files(Database& db, Loaded& loaded) {
    auto statement = db.prepare("SELECT path, hash FROM loaded_files");
    if (!statement) return statement.error();
    return statement->each([&](Row row) { loaded.loaded_files.emplace(row.text(0), row.text(1)); });
}

}  // namespace

Result<Loaded> load_all(Database& db) {
    Loading loading(db);
    if (auto done = load_deployables(loading); !done) return done.error();
    Loaded loaded;
    loaded.deployables = loading.take();
    for (const auto part : {load_counters, load_files})
        if (auto done = part(db, loaded); !done) return done.error();
    return loaded;
}

Result<StoredDeployable> load_one(Database& db, const DeployableKey& key) {
    // One snapshot: the store thread may write between two of these statements.
    if (auto begun = db.execute("BEGIN"); !begun) return begun.error();
    Loading loading(db, &key);
    const auto done = load_deployables(loading);
    (void)db.execute("COMMIT");
    if (!done) return done.error();
    auto found = loading.take();
    if (found.empty())
        return Error{Errc::not_found, "there is no such deployable",
                     "deployable '" + key.name + "'", ""};
    return std::move(found.front());
}

}  // namespace cpe::store
