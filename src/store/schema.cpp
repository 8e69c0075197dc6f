#include "src/store/schema.hpp"

#include "src/store/state_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>
#include <string>

namespace cpe::store {
namespace {

// Version 1 is the first that was published: no step leads to it. Steps are never changed.
constexpr Migration migrations_until_today[] = {
    {1, "ALTER TABLE assemblies ADD COLUMN reason TEXT"},
};

/// SQLite itself makes no file here, so that it is never readable for others.
Result<> make_file(const std::filesystem::path& path) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return errno == EEXIST ? Result<>{} : failed("cannot make the database", path);
    ::close(fd);
    return {};
}

/// SQLite gives -wal and -shm the owner and mode of the database: so these are set before WAL mode.
/// By path: closing a descriptor of our own would drop SQLite's locks on the file.
Result<> give_access(const std::filesystem::path& path, const FileAccess& access) {
    struct stat now {};
    if (::stat(path.c_str(), &now) != 0) return failed("cannot look at the database", path);
    if (access.group && now.st_gid != *access.group &&
        ::chown(path.c_str(), static_cast<uid_t>(-1), *access.group) != 0)
        return failed("cannot give the database to its group", path);
    if ((now.st_mode & 07777U) != access.mode && ::chmod(path.c_str(), access.mode) != 0)
        return failed("cannot set the database's mode", path);
    return {};
}

Error damaged(const std::filesystem::path& path, const Error& cause) {
    return {Errc::unavailable, "cannot read the database: " + cause.what, path.string(),
            "nothing was changed; restore a backup, or move the file away to begin anew"};
}

/// The version of a database that may be ours; 0 = empty.
Result<int> recognise(Database& db, const std::filesystem::path& path, int newest) {
    const auto tables = db.number("SELECT count(*) FROM sqlite_schema");
    if (!tables) return damaged(path, tables.error());
    const auto owner = db.number("PRAGMA application_id");
    if (!owner) return damaged(path, owner.error());
    const auto version = db.number("PRAGMA user_version");
    if (!version) return damaged(path, version.error());
    if (*tables == 0 && *owner == 0 && *version == 0) return 0;
    if (*owner != application_id || *version < 1)
        return Error{Errc::refused, "this SQLite database is not cped's", path.string(),
                     "move it away, or choose another state directory"};
    if (*version > newest)
        return Error{Errc::refused,
                     "the database has version " + std::to_string(*version) +
                         ", this cped knows versions up to " + std::to_string(newest),
                     path.string(), "install the newer cped again"};
    return static_cast<int>(*version);
}

Result<> in_one_transaction(Database& db, const std::string& sql, int version) {
    const auto done = db.execute("BEGIN IMMEDIATE;" + sql +
                                 ";PRAGMA application_id=" + std::to_string(application_id) +
                                 ";PRAGMA user_version=" + std::to_string(version) + ";COMMIT");
    if (!done && db.in_transaction()) (void)db.execute("ROLLBACK");
    return done;
}

Result<> migrate(Database& db, int version, const Schema& schema) {
    for (const auto& step : schema.migrations) {
        if (step.from < version) continue;
        if (auto done = in_one_transaction(db, std::string(step.sql), step.from + 1); !done) {
            auto error = done.error();
            error.what = "cannot migrate the database from version " + std::to_string(step.from) +
                         ": " + error.what;
            return error;
        }
        version = step.from + 1;
    }
    if (version != schema.version)
        return Error{Errc::internal,
                     "no migration leads to version " + std::to_string(schema.version), "", ""};
    return {};
}

}  // namespace

Schema current_schema() {
    return {schema_version, schema_text(), migrations_until_today};
}

Result<Database> open_database(const std::filesystem::path& path, const FileAccess& access,
                               const Schema& schema) {
    if (auto made = make_file(path); !made) return made.error();
    auto db = Database::open(path, Database::Mode::read_write);
    if (!db) return db.error();
    const auto version = recognise(*db, path, schema.version);
    if (!version) return version.error();
    if (auto given = give_access(path, access); !given) return given.error();
    // Before the first table: freed pages are given back in small steps by retention.
    if (*version == 0)
        if (auto set = db->execute("PRAGMA auto_vacuum=INCREMENTAL"); !set) return set.error();
    const std::string limit_64_mib = "67108864";
    if (auto set = db->execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                               "PRAGMA journal_size_limit=" +
                               limit_64_mib);
        !set)
        return damaged(path, set.error());
    const auto done = *version == 0
                          ? in_one_transaction(*db, std::string(schema.text), schema.version)
                          : migrate(*db, *version, schema);
    if (!done) return done.error();
    return db;
}

}  // namespace cpe::store
