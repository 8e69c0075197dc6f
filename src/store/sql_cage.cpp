#include "src/store/sql_cage.hpp"

#include <sqlite3.h>
#include <algorithm>
#include <array>
#include <cctype>
#include <random>
#include <set>

namespace cpe::store {
namespace {

struct View {
    std::string_view table;
    std::string_view columns;
};

// Every public table (design.md §11) and what of it a tenant sees: all columns.
constexpr View views[] = {
    {"events",
     "id, at, tenant, deployable, assembly, service, kind, state, reason, transition, detail"},
    {"actions",
     "id, at, finished_at, tenant, deployable, transition, assembly, service, resource, operation,"
     " interval_ms, rc, expected_rc, status"},
    {"transitions",
     "id, at, finished_at, tenant, deployable, cause, status, actions, input, library"},
    {"deployables", "tenant, name, deployable, uuid, state, since, transition, memory"},
    {"assemblies",
     "tenant, deployable, name, uuid, state, since, address, provider, channel, instance,"
     " instance_state, heartbeat, reason"},
    {"services",
     "tenant, deployable, name, resource, state, since, last_checked, assemblies, failures"},
};

// Table-valued functions that read nothing but their arguments.
constexpr std::string_view harmless_modules[] = {"json_each", "json_tree"};

// SQLite declares a table-valued function's table when it is first used, and asks the authorizer as
// if the query had made a table. So those that are open are used once before.
constexpr auto use_modules = "SELECT 1 FROM json_each('[]'), json_tree('[]')";
constexpr auto use_administrators_modules =
    "SELECT 1 FROM pragma_table_info(''), pragma_table_xinfo(''), pragma_table_list,"
    " pragma_index_list(''), pragma_index_info('') LIMIT 0";

// Read-only even with an argument, and about the schema only.
constexpr std::string_view harmless_pragmas[] = {"table_info", "table_xinfo", "table_list",
                                                 "index_list", "index_info"};

constexpr std::string_view forbidden_functions[] = {"load_extension", "fts3_tokenizer", "readfile",
                                                    "writefile", "edit"};

template <class List>
bool holds(const List& list, std::string_view name) {
    return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

bool is_public(std::string_view table) {
    return std::any_of(std::begin(views), std::end(views),
                       [&](const View& view) { return view.table == table; });
}

std::string lower(std::string_view text) {
    std::string folded(text);
    for (char& c : folded) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return folded;
}

std::string random_name() {
    std::random_device random;
    std::string name = "own_rows_";
    for (int word = 0; word < 4; ++word) name += std::to_string(random()) + '_';
    return name;
}

std::string sql_literal(const std::string& text) {
    const std::unique_ptr<char, decltype(&sqlite3_free)> sql(sqlite3_mprintf("%Q", text.c_str()),
                                                             sqlite3_free);
    return sql ? sql.get() : "NULL";
}

void set_limits(sqlite3* db, const SqlLimits& limits) {
    const auto bytes = static_cast<int>(std::min<std::size_t>(limits.bytes, 1U << 30U));
    const std::pair<int, int> all[] = {
        {SQLITE_LIMIT_LENGTH, bytes},       {SQLITE_LIMIT_SQL_LENGTH, bytes},
        {SQLITE_LIMIT_COLUMN, 200},         {SQLITE_LIMIT_EXPR_DEPTH, 100},
        {SQLITE_LIMIT_COMPOUND_SELECT, 50}, {SQLITE_LIMIT_VDBE_OP, 100'000},
        {SQLITE_LIMIT_ATTACHED, 0},         {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1'000},
        {SQLITE_LIMIT_TRIGGER_DEPTH, 1},    {SQLITE_LIMIT_WORKER_THREADS, 0},
        {SQLITE_LIMIT_VARIABLE_NUMBER, 1},
    };
    for (const auto& [limit, value] : all) sqlite3_limit(db, limit, value);
    sqlite3_hard_heap_limit64(static_cast<sqlite3_int64>(limits.memory));
}

}  // namespace

/// What the authorizer goes by, and what it refused.
struct Cage::Rules {
    std::string tenant;
    std::string hidden = random_name();
    std::set<std::string> private_names;  ///< all of the schema that is not public
    std::string refused;                  ///< the first thing; for people

    /// Names come as the query spells them where no column is read (count(*)), so case is folded.
    [[nodiscard]] bool may_read(std::string_view name, std::string_view column, std::string_view in,
                                std::string_view from) const {
        const auto table = lower(name);
        const auto database = lower(in);
        if (tenant.empty() || holds(harmless_modules, table)) return true;
        if (database == "main") return is_public(table) && from == hidden + table;
        if (!database.empty() && database != "temp") return false;
        if (is_public(table)) return true;
        if (!column.empty()) return table.starts_with(hidden) && !from.empty();
        // A common table expression of the query's own, unless it is a table without a "main.".
        return !private_names.contains(table) && !table.starts_with("sqlite_") &&
               !table.starts_with("pragma_");
    }

    [[nodiscard]] bool may(int action, std::string_view first, std::string_view second,
                           std::string_view database, std::string_view from) const {
        switch (action) {
            case SQLITE_SELECT:
            case SQLITE_RECURSIVE: return true;
            case SQLITE_READ: return may_read(first, second, database, from);
            case SQLITE_FUNCTION: return !holds(forbidden_functions, second);
            case SQLITE_PRAGMA: return tenant.empty() && holds(harmless_pragmas, first);
            default: return false;
        }
    }

    static std::string_view view_of(const char* text) { return text ? text : ""; }

    static int authorize(void* self, int action, const char* first, const char* second,
                         const char* database, const char* from) {
        auto& rules = *static_cast<Rules*>(self);
        if (rules.may(action, view_of(first), view_of(second), view_of(database), view_of(from)))
            return SQLITE_OK;
        if (rules.refused.empty())
            rules.refused = action == SQLITE_READ       ? "table " + std::string(view_of(first))
                            : action == SQLITE_FUNCTION ? "function " + std::string(view_of(second))
                            : action == SQLITE_PRAGMA   ? "PRAGMA " + std::string(view_of(first))
                                                        : "a statement that is no SELECT";
        return SQLITE_DENY;
    }
};

Cage::Cage(Database db, std::unique_ptr<Rules> rules, const SqlRequest& request)
    : rules_(std::move(rules)), db_(std::move(db)), request_(request) {}
Cage::Cage(Cage&&) noexcept = default;
Cage& Cage::operator=(Cage&&) noexcept = default;
Cage::~Cage() = default;

Result<Cage> Cage::open(const SqlRequest& request) {
    auto db = Database::open(request.path, Database::Mode::read_only);
    if (!db) return db.error();
    set_limits(db->handle(), request.limits);
    sqlite3_db_config(db->handle(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(db->handle(), SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
    sqlite3_db_config(db->handle(), SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    auto rules = std::make_unique<Rules>();
    rules->tenant = request.tenant;
    Cage cage(std::move(*db), std::move(rules), request);
    auto ready = cage.db_.execute("PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0");
    if (ready && !request.tenant.empty()) ready = cage.make_views();
    if (ready) ready = cage.learn_private_names();
    if (ready) ready = cage.db_.execute(use_modules);
    if (ready && request.tenant.empty()) ready = cage.db_.execute(use_administrators_modules);
    // Opens -wal and -shm: after this the process needs no right to the files any more.
    if (ready) ready = cage.db_.execute("PRAGMA query_only=1; BEGIN; SELECT 1 FROM events LIMIT 1");
    if (!ready) return ready.error();
    sqlite3_set_authorizer(cage.db_.handle(), Rules::authorize, cage.rules_.get());
    return cage;
}

Result<> Cage::learn_private_names() {
    auto names = db_.prepare("SELECT name FROM main.sqlite_schema");
    if (!names) return names.error();
    return names->each([&](Row row) {
        if (auto name = lower(row.text(0)); !is_public(name)) rules_->private_names.insert(name);
    });
}

Result<> Cage::make_views() {
    for (const auto& [table, columns] : views) {
        const std::string all(columns);
        const std::string name(table);
        const auto hidden = rules_->hidden + name;
        auto made = db_.execute("CREATE TEMP VIEW " + hidden + " AS SELECT " + all +
                                " FROM (SELECT " + all + " FROM main." + name +
                                " WHERE tenant = " + sql_literal(request_.tenant) + " LIMIT -1)");
        if (made)
            made =
                db_.execute("CREATE TEMP VIEW " + name + " AS SELECT " + all + " FROM " + hidden);
        if (!made) return made;
    }
    return {};
}

Result<SqlTable> Cage::run() {
    const auto& limits = request_.limits;
    db_.set_deadline(std::chrono::steady_clock::now() + limits.time);
    auto statement = db_.prepare(request_.query);
    if (!statement) return explain(statement.error());
    if (!statement->read_only() || statement->columns() == 0)
        return Error{Errc::not_allowed, "only queries are possible", "SQL", "give one SELECT"};
    if (statement->explains() && !request_.tenant.empty())
        return Error{Errc::not_allowed, "EXPLAIN is open to administrators only", "SQL", ""};
    return rows_of(*statement);
}

Result<SqlTable> Cage::rows_of(Statement& statement) {
    const auto& limits = request_.limits;
    const auto too_large = [](std::size_t most, const char* of_what, const char* hint) {
        return Error{Errc::too_large, "the result has more than " + std::to_string(most) + of_what,
                     "SQL", hint};
    };
    SqlTable table;
    std::size_t bytes = 0;
    for (int column = 0; column < statement.columns(); ++column)
        bytes += size_of(table.columns.emplace_back(statement.column_name(column)));
    const auto read = statement.each([&](Row row) -> Result<> {
        if (table.rows.size() >= limits.rows)
            return too_large(limits.rows, " rows (limits.sql_rows)", "add LIMIT");
        auto& values = table.rows.emplace_back();
        for (int column = 0; column < statement.columns(); ++column)
            bytes += size_of(values.emplace_back(row.value(column)));
        if (bytes > limits.bytes)
            return too_large(limits.bytes, " bytes (limits.sql_size)",
                             "select fewer rows or columns");
        return {};
    });
    if (!read) return explain(read.error());
    return table;
}

/// SQLite's error in our words where it comes from one of our bounds.
Error Cage::explain(const Error& error) const {
    const auto& limits = request_.limits;
    if (error.where == "SQL") return error;  // ours already
    if (!rules_->refused.empty())
        return {Errc::not_allowed, rules_->refused + " is not open to queries", "SQL",
                "open are SELECTs from events, actions, transitions, deployables, assemblies and"
                " services"};
    if (error.code == Errc::timed_out)
        return {Errc::timed_out,
                "the query ran longer than " + std::to_string(limits.time.count()) +
                    " ms (limits.sql_time)",
                "SQL", "ask for less"};
    if (sqlite3_errcode(db_.handle()) == SQLITE_NOMEM)
        return {Errc::too_large,
                "the query needs more than " + std::to_string(limits.memory) +
                    " bytes of memory (limit sql_memory)",
                "SQL", "ask for less"};
    if (error.code == Errc::too_large)
        return {
            Errc::too_large,
            "a value has more than " + std::to_string(limits.bytes) + " bytes (limits.sql_size)",
            "SQL", "select less"};
    return {error.code == Errc::internal ? Errc::invalid_input : error.code, error.what, "SQL",
            error.hint};
}

}  // namespace cpe::store
