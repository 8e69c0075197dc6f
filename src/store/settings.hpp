// What the store is told once, when it is opened; each limit with its default. `limits.…` and
// `log.retention.…` are keys of cped.yaml; the others are what a limit is called in errors.
//
// Thread: any; values.
#pragma once

#include <cpe/log.hpp>
#include <cpe/time.hpp>

#include <sys/types.h>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace cpe::store {

constexpr std::size_t mebibyte = std::size_t{1} << 20U;

/// Of one query, enforced in the child that runs it (and its end by the parent).
struct SqlLimits {
    Millis time{5'000};                   ///< limits.sql_time
    std::size_t rows = 10'000;            ///< limits.sql_rows
    std::size_t bytes = 16 * mebibyte;    ///< limits.sql_size: of the result, and of one value
    std::size_t memory = 128 * mebibyte;  ///< sql_memory: what SQLite may take
    std::size_t query = 65'536;           ///< sql_query: bytes of the query itself
};

struct Limits {
    std::size_t queue_batches = 10'000;       ///< store_queue
    std::size_t queue_bytes = 64 * mebibyte;  ///< store_queue_bytes
    std::size_t group_batches = 512;          ///< at most so many share one transaction
    std::size_t group_bytes = 8 * mebibyte;   ///< and a group is closed once it has so many
    int wal_pages = 1'000;                    ///< a checkpoint is made from so many on
    Millis retry_first{50};                   ///< pause after the first failed transaction,
    Millis retry_most{5'000};                 ///< doubled up to this
    Millis shutdown_patience{5'000};          ///< for what is queued when it is shut down
    std::size_t event_reads = 256;            ///< event_reads: waiting to be read
    std::size_t events_per_read = 10'000;     ///< events_per_read
    Millis read_time{5'000};                  ///< event_read_time
    SqlLimits sql;
    std::size_t sql_running = 2;   ///< sql_running: children at a time, one of each tenant
    std::size_t sql_waiting = 32;  ///< sql_waiting: of all tenants
    std::size_t sql_waiting_per_tenant = 4;  ///< sql_waiting_per_tenant
};

/// log.retention: rows of events, actions and transitions go when they are older than `days`, and
/// the oldest go while the database is larger than `bytes`. 0 = for ever, any size.
struct Retention {
    int days = 90;
    std::uint64_t bytes = std::uint64_t{4} << 30U;
    Millis pause{3'600'000};      ///< between two looks
    std::size_t step_rows = 500;  ///< removed in one transaction, so that commits need not wait
};

inline WallTime system_wall_time() {
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<Millis>(since_epoch).count()};
}

struct Settings {
    std::filesystem::path path;        ///< StatePaths::database()
    std::filesystem::path sql_helper;  ///< the program cpe-sql-helper
    std::string scheduler;             ///< transitions.library: "pacemaker 2.1.5"
    mode_t mode = 0640;                ///< of the database and its -wal and -shm
    std::optional<gid_t> group;        ///< who may read it beside root; none: left as it is
    Limits limits;
    Retention retention;
    LogSink log;                                       ///< called on any thread
    std::function<WallTime()> now = system_wall_time;  ///< for retention; called on its thread
};

}  // namespace cpe::store
