// SQLite, wrapped once: owning handles of a connection and of a prepared statement.
//
// Thread: a connection and its statements belong to one thread at a time. Ownership: statements
// must go before their connection. Errors: cpe::Error with SQLite's message; its code says what a
// caller can do about it (see error_of in sqlite.cpp): `unavailable` for what may pass (disk full,
// I/O, busy, memory), `exists` and `not_found` for broken keys, `timed_out` for a deadline.
#pragma once

#include <cpe/result.hpp>
#include <cpe/store.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

struct sqlite3;
struct sqlite3_stmt;

namespace cpe::store {

using Blob = std::span<const char>;

/// The row a statement stands at; valid until its next step.
class Row {
public:
    explicit Row(sqlite3_stmt* statement) : statement_(statement) {}
    [[nodiscard]] bool null(int column) const;
    [[nodiscard]] std::int64_t integer(int column) const;  ///< 0 for NULL
    [[nodiscard]] std::string text(int column) const;      ///< empty for NULL
    [[nodiscard]] SqlValue value(int column) const;

private:
    sqlite3_stmt* statement_;
};

class Statement {
public:
    explicit Statement(sqlite3_stmt* handle = nullptr) : handle_(handle) {}

    /// Binds, steps to the end, and is ready for the next run.
    template <class... Args>
    Result<> run(const Args&... args) {
        return each([](Row) {}, args...);
    }

    /// Calls visit(Row) for every row; visit may return a Result<> whose error ends it.
    template <class Visit, class... Args>
    Result<> each(Visit&& visit, const Args&... args) {
        const Resetting resetting{*this};
        int index = 0;
        (bind(++index, args), ...);
        for (;;) {
            const auto more = step();
            if (!more) return more.error();
            if (!*more) return {};
            if constexpr (std::is_void_v<std::invoke_result_t<Visit, Row>>) {
                visit(row());
            } else if (auto visited = visit(row()); !visited) {
                return visited;
            }
        }
    }

    [[nodiscard]] int columns() const;
    [[nodiscard]] std::string column_name(int column) const;
    [[nodiscard]] bool read_only() const;
    [[nodiscard]] bool explains() const;

private:
    struct Finalize {
        void operator()(sqlite3_stmt* handle) const;
    };
    struct Resetting {
        Statement& statement;
        ~Resetting() { statement.reset(); }
    };

    void bind(int index, std::int64_t value);
    void bind(int index, std::string_view value);
    void bind(int index, Blob value);
    void bind_null(int index);
    void bind(int index, int value) { bind(index, std::int64_t{value}); }
    void bind(int index, bool value) { bind(index, std::int64_t{value}); }
    void bind(int index, const std::string& value) { bind(index, std::string_view{value}); }
    void bind(int index, const char* value) { bind(index, std::string_view{value}); }
    template <class T>
    void bind(int index, const std::optional<T>& value) {
        value ? bind(index, *value) : bind_null(index);
    }
    Result<bool> step();
    void reset();
    [[nodiscard]] Row row() const { return Row{handle_.get()}; }

    std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

class Database {
public:
    enum class Mode { read_only, read_write };  ///< neither creates a file
    /// `read_write`: foreign keys on. Both: a busy timeout of busy_timeout_ms.
    static Result<Database> open(const std::filesystem::path&, Mode);

    /// One or more statements without results that matter.
    Result<> execute(const std::string& sql);
    /// Exactly one statement; invalid_input when it is none, or more than one.
    Result<Statement> prepare(std::string_view sql);
    /// The first column of the first row, 0 where there is none.
    Result<std::int64_t> number(std::string_view sql);

    [[nodiscard]] std::int64_t last_insert_id() const;
    [[nodiscard]] std::int64_t changes() const;  ///< rows of the last statement
    [[nodiscard]] bool in_transaction() const;
    /// From now on each statement ends with Errc::timed_out when this moment has passed.
    void set_deadline(std::chrono::steady_clock::time_point);
    /// Takes checkpoints away from COMMIT: from now on they are the caller's, by wal_pages().
    void checkpoint_by_hand();
    [[nodiscard]] int wal_pages() const { return wal_pages_ ? *wal_pages_ : 0; }
    /// Moves what it can from the WAL to the file, waiting for nobody.
    Result<> checkpoint();
    /// For what this class does not cover (the cage's authorizer and limits).
    [[nodiscard]] sqlite3* handle() const { return handle_.get(); }

    static constexpr int busy_timeout_ms = 2'000;

private:
    struct Close {
        void operator()(sqlite3* handle) const;
    };
    // What callbacks of the connection point to: it goes before them.
    std::unique_ptr<std::chrono::steady_clock::time_point> deadline_;
    std::unique_ptr<int> wal_pages_;
    std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace cpe::store
