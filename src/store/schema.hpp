// The database file: made, recognised, brought to today's schema.
//
// Thread: any, before anything else has the file open for writing. A file that is not ours, not
// whole, or of a newer cped is left untouched.
#pragma once

#include "src/store/sqlite.hpp"

#include <sys/types.h>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>

namespace cpe::store {

/// schemas/event-log.sql, as built in.
std::string_view schema_text();

/// PRAGMA user_version of schema_text().
constexpr int schema_version = 2;

/// PRAGMA application_id: "CPE1". Tells our file from another program's SQLite file.
constexpr int application_id = 0x43504531;

/// One step forward: SQL that brings version `from` to `from` + 1.
struct Migration {
    int from;
    std::string_view sql;
};

/// What a schema is made of; another one than today's is for tests of the mechanism.
struct Schema {
    int version;
    std::string_view text;
    std::span<const Migration> migrations;
};
Schema current_schema();

struct FileAccess {
    mode_t mode = 0640;
    std::optional<gid_t> group;
};

/// Opens for writing, in WAL mode with synchronous=FULL (a commit is durable when it returns).
/// Makes the file where there is none, and migrates it where it is older: each step one
/// transaction. Errc::unavailable (not a database, damaged, disk), Errc::refused (of another
/// program, or newer).
Result<Database> open_database(const std::filesystem::path&, const FileAccess&,
                               const Schema& = current_schema());

}  // namespace cpe::store
