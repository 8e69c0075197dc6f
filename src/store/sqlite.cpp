#include "src/store/sqlite.hpp"

#include <sqlite3.h>

namespace cpe::store {
namespace {

constexpr int instructions_between_clock_looks = 1'000;

Errc constraint_of(int extended) {
    switch (extended) {
        case SQLITE_CONSTRAINT_PRIMARYKEY:
        case SQLITE_CONSTRAINT_UNIQUE:
        case SQLITE_CONSTRAINT_ROWID: return Errc::exists;
        case SQLITE_CONSTRAINT_FOREIGNKEY: return Errc::not_found;
        default: return Errc::internal;
    }
}

Errc code_of(int extended) {
    switch (extended & 0xff) {
        case SQLITE_FULL:
        case SQLITE_IOERR:
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_NOMEM:
        case SQLITE_CANTOPEN:
        case SQLITE_READONLY:
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
        case SQLITE_PROTOCOL:
        case SQLITE_PERM: return Errc::unavailable;
        case SQLITE_CONSTRAINT: return constraint_of(extended);
        case SQLITE_INTERRUPT: return Errc::timed_out;
        case SQLITE_TOOBIG: return Errc::too_large;
        case SQLITE_ERROR:
        case SQLITE_AUTH: return Errc::invalid_input;
        default: return Errc::internal;
    }
}

Error error_of(sqlite3* db) {
    const char* file = sqlite3_db_filename(db, "main");
    return {code_of(sqlite3_extended_errcode(db)), sqlite3_errmsg(db), file ? file : "", ""};
}

int past_deadline(void* deadline) {
    return std::chrono::steady_clock::now() >=
           *static_cast<const std::chrono::steady_clock::time_point*>(deadline);
}

}  // namespace

bool Row::null(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t Row::integer(int column) const {
    return sqlite3_column_int64(statement_, column);
}

std::string Row::text(int column) const {
    const auto* text = sqlite3_column_blob(statement_, column);
    if (!text) return {};
    return {static_cast<const char*>(text),
            static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

SqlValue Row::value(int column) const {
    switch (sqlite3_column_type(statement_, column)) {
        case SQLITE_INTEGER: return integer(column);
        case SQLITE_FLOAT: return sqlite3_column_double(statement_, column);
        case SQLITE_TEXT: return text(column);
        case SQLITE_BLOB: {
            const std::string bytes = text(column);
            return std::vector<char>(bytes.begin(), bytes.end());
        }
        default: return std::monostate{};
    }
}

void Statement::Finalize::operator()(sqlite3_stmt* handle) const {
    sqlite3_finalize(handle);
}

// A failed bind (out of memory, too big) leaves NULL behind and is seen by the step after it, or by
// the columns' NOT NULL; SQLite keeps copies, so that no caller's value must outlive the call.
void Statement::bind(int index, std::int64_t value) {
    sqlite3_bind_int64(handle_.get(), index, value);
}

void Statement::bind(int index, std::string_view value) {
    // A null pointer would bind NULL.
    sqlite3_bind_text64(handle_.get(), index, value.data() ? value.data() : "", value.size(),
                        SQLITE_TRANSIENT, SQLITE_UTF8);
}

void Statement::bind(int index, Blob value) {
    sqlite3_bind_blob64(handle_.get(), index, value.data() ? value.data() : "", value.size(),
                        SQLITE_TRANSIENT);
}

void Statement::bind_null(int index) {
    sqlite3_bind_null(handle_.get(), index);
}

Result<bool> Statement::step() {
    const int rc = sqlite3_step(handle_.get());
    if (rc == SQLITE_ROW) return true;
    if (rc == SQLITE_DONE) return false;
    return error_of(sqlite3_db_handle(handle_.get()));
}

void Statement::reset() {
    sqlite3_reset(handle_.get());
    sqlite3_clear_bindings(handle_.get());
}

int Statement::columns() const {
    return sqlite3_column_count(handle_.get());
}

std::string Statement::column_name(int column) const {
    const char* name = sqlite3_column_name(handle_.get(), column);
    return name ? name : "";
}

bool Statement::read_only() const {
    return sqlite3_stmt_readonly(handle_.get()) != 0;
}

bool Statement::explains() const {
    return sqlite3_stmt_isexplain(handle_.get()) != 0;
}

void Database::Close::operator()(sqlite3* handle) const {
    sqlite3_close_v2(handle);
}

Result<Database> Database::open(const std::filesystem::path& path, Mode mode) {
    const int flags = mode == Mode::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    sqlite3* handle = nullptr;
    const int rc = sqlite3_open_v2(path.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    Database database;
    database.handle_.reset(handle);
    if (rc != SQLITE_OK) return Error{Errc::unavailable, sqlite3_errmsg(handle), path.string(), ""};
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, busy_timeout_ms);
    if (mode == Mode::read_write)
        sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
    return database;
}

Result<> Database::execute(const std::string& sql) {
    if (sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        return error_of(handle());
    return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
    if (sql.find('\0') != std::string_view::npos)  // SQLite's end, and would never be passed
        return Error{Errc::invalid_input, "a NUL byte in the SQL", "SQL", ""};
    const char* const end = sql.data() + sql.size();
    const char* rest = sql.data();
    sqlite3_stmt* found = nullptr;
    while (rest != end && !found) {  // an empty statement or a comment gives none
        const char* const from = rest;
        if (sqlite3_prepare_v2(handle(), from, static_cast<int>(end - from), &found, &rest) !=
            SQLITE_OK)
            return error_of(handle());
    }
    Statement statement(found);
    if (!found) return Error{Errc::invalid_input, "no SQL statement", "SQL", "give one SELECT"};
    while (rest != end) {
        sqlite3_stmt* more = nullptr;
        const int rc =
            sqlite3_prepare_v2(handle(), rest, static_cast<int>(end - rest), &more, &rest);
        const Statement second(more);
        if (more || rc != SQLITE_OK)
            return Error{Errc::invalid_input, "more than one SQL statement", "SQL",
                         "give one SELECT"};
    }
    return statement;
}

Result<std::int64_t> Database::number(std::string_view sql) {
    auto statement = prepare(sql);
    if (!statement) return statement.error();
    std::optional<std::int64_t> first;
    const auto read = statement->each([&](Row row) { first = first.value_or(row.integer(0)); });
    if (!read) return read.error();
    return first.value_or(0);
}

std::int64_t Database::last_insert_id() const {
    return sqlite3_last_insert_rowid(handle());
}

std::int64_t Database::changes() const {
    return sqlite3_changes64(handle());
}

bool Database::in_transaction() const {
    return sqlite3_get_autocommit(handle()) == 0;
}

void Database::checkpoint_by_hand() {
    wal_pages_ = std::make_unique<int>(0);
    sqlite3_wal_hook(  // replaces SQLite's own, which checkpoints within COMMIT
        handle(),
        [](void* pages, sqlite3*, const char*, int count) {
            *static_cast<int*>(pages) = count;
            return SQLITE_OK;
        },
        wal_pages_.get());
}

Result<> Database::checkpoint() {
    if (wal_pages_) *wal_pages_ = 0;  // it is told anew by the next commit
    return execute("PRAGMA wal_checkpoint(PASSIVE)");
}

void Database::set_deadline(std::chrono::steady_clock::time_point deadline) {
    if (!deadline_) deadline_ = std::make_unique<std::chrono::steady_clock::time_point>();
    *deadline_ = deadline;
    sqlite3_progress_handler(handle(), instructions_between_clock_looks, past_deadline,
                             deadline_.get());
}

}  // namespace cpe::store
