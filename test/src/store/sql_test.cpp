// sql(): values, errors and limits, through the real child.
#include "fixture.hpp"

#include <chrono>

using namespace cpe;
using namespace cpe::store::test;

namespace {

struct SqlFixture : StoreFixture {
    Error refusal(const std::string& tenant, const std::string& query) {
        const auto table = sql(tenant, query);
        INFO(query);
        REQUIRE_FALSE(table);
        INFO(table.error().line());
        CHECK(table.error().line().find('\n') == std::string::npos);
        return table.error();
    }
    std::string refusal_line(const std::string& query) { return refusal("", query).line(); }
};

bool contains(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE_METHOD(SqlFixture, "every kind of value arrives") {
    open();
    const auto table = sql("",
                           "SELECT NULL AS n, -5 AS i, 0.5 AS r, 'tä''xt' AS t, x'00ff' AS b,"
                           " '' AS e, 9223372036854775807 AS m");
    REQUIRE(table);
    CHECK(table->columns == std::vector<std::string>{"n", "i", "r", "t", "b", "e", "m"});
    REQUIRE(table->rows.size() == 1);
    const auto& row = table->rows[0];
    CHECK(row[0] == SqlValue{std::monostate{}});
    CHECK(row[1] == SqlValue{std::int64_t{-5}});
    CHECK(row[2] == SqlValue{0.5});
    CHECK(row[3] == SqlValue{std::string("tä'xt")});
    CHECK(row[4] == SqlValue{std::vector<char>{'\0', '\xff'}});
    CHECK(row[5] == SqlValue{std::string()});
    CHECK(row[6] == SqlValue{std::numeric_limits<std::int64_t>::max()});
}

TEST_CASE_METHOD(SqlFixture, "what one may ask") {
    open();
    REQUIRE(create(numbered(shop, 1)));
    for (const auto* query : {
             "SELECT 1",
             " select 1 ; ",
             "SELECT 1 -- why",
             "/* first */ SELECT 1",
             "VALUES (1)",
             "WITH a AS (SELECT 1) SELECT * FROM a",
             "WITH RECURSIVE n(x) AS (VALUES (1) UNION ALL SELECT x+1 FROM n WHERE x<5)"
             " SELECT max(x) FROM n",
             "SELECT deployable, count(*) FROM events GROUP BY 1 HAVING count(*) > 0 ORDER BY 2",
             "SELECT value FROM events, json_each('[1,2]')",
             "WITH n(x) AS (VALUES (1)) SELECT count(*) FROM n",
             "WITH RECURSIVE n(x) AS (VALUES (1) UNION ALL SELECT x+1 FROM n WHERE x<5)"
             " SELECT count(*) FROM n",
             "SELECT count(*) FROM EVENTS",
             "SELECT 1 FROM Events AS e",
             "SELECT count(*) FROM (SELECT id FROM events) AS documents",
             "SELECT datetime(at/1000, 'unixepoch') FROM events",
             "SELECT row_number() OVER (ORDER BY id) FROM events",
             "SELECT e.id FROM events e LEFT JOIN actions USING (tenant, deployable)",
         })
        for (const auto* tenant : {"", "default"}) {
            const auto table = sql(tenant, query);
            INFO(query << " as '" << tenant << "': " << (table ? "" : table.error().line()));
            REQUIRE(table);
            CHECK_FALSE(table->rows.empty());
        }
    CHECK(sql("", "SELECT count(*) FROM documents"));  // administrators see everything
    CHECK(sql("", "PRAGMA table_info(events)"));
    CHECK(sql("", "SELECT name FROM pragma_table_info('events')"));
    CHECK(sql("", "EXPLAIN QUERY PLAN SELECT * FROM events WHERE id = 1"));
}

TEST_CASE_METHOD(SqlFixture, "what nobody may do") {
    open();
    REQUIRE(create(numbered(shop, 1)));
    for (const auto* query : {
             "DELETE FROM events",
             "UPDATE events SET at=0",
             "INSERT INTO counters VALUES ('x', 1)",
             "DROP TABLE events",
             "CREATE TABLE x (y)",
             "CREATE TEMP TABLE x (y)",
             "VACUUM",
             "VACUUM INTO '/tmp/cpe-stolen'",
             "ATTACH '/etc/passwd' AS p",
             "DETACH main",
             "ATTACH ':memory:' AS m",
             "BEGIN",
             "COMMIT",
             "SAVEPOINT a",
             "REINDEX",
             "ANALYZE",
             "PRAGMA journal_mode=DELETE",
             "PRAGMA user_version=7",
             "PRAGMA query_only=0",
             "PRAGMA writable_schema=1",
             "PRAGMA wal_checkpoint",
             "PRAGMA temp_store_directory='/'",
             "SELECT load_extension('/tmp/x.so')",
             "SELECT fts3_tokenizer('x')",
             "DELETE FROM events RETURNING id",
             "PRAGMA optimize",
         })
        for (const auto* tenant : {"", "default"}) {
            const auto code = refusal(tenant, query).code;
            INFO(query);
            CHECK((code == Errc::not_allowed || code == Errc::invalid_input));
        }
    CHECK(number("SELECT count(*) FROM events") == 1);
}

TEST_CASE_METHOD(SqlFixture, "a wrong query gets SQLite's reason in one line") {
    open();
    CHECK(contains(refusal_line("SELEC 1"), "near \"SELEC\": syntax error"));
    CHECK(contains(refusal_line("SELECT * FROM nowhere"), "no such table: nowhere"));
    CHECK(contains(refusal_line("SELECT x FROM events"), "no such column: x"));
    CHECK(contains(refusal_line("SELECT \"x\" FROM events"), "no such column: x"));
    CHECK(contains(refusal_line(""), "no SQL statement"));
    CHECK(contains(refusal_line(" ; -- nothing"), "no SQL statement"));
    CHECK(contains(refusal_line("SELECT 1; SELECT 2"), "more than one SQL statement"));
    CHECK(contains(refusal_line("SELECT 1; DROP TABLE events"), "more than one SQL statement"));
    CHECK(contains(refusal_line("SELECT abs(-9223372036854775808)"), "integer overflow"));
    CHECK(refusal("", "SELECT * FROM nowhere").code == Errc::invalid_input);
    CHECK_FALSE(sql("", std::string("SELECT 1\0; DROP TABLE events", 29)));
}

TEST_CASE_METHOD(SqlFixture, "each limit ends a query and is named") {
    settings.limits.sql.rows = 100;
    settings.limits.sql.bytes = 100'000;
    settings.limits.sql.time = Millis{20'000};  // the others come first, on a slow machine too
    settings.limits.sql.query = 1'000;
    settings.limits.sql.memory = 8 * store::mebibyte;
    open();
    const std::string endless = "WITH RECURSIVE n(x) AS (VALUES (1) UNION ALL SELECT x+1 FROM n)";

    CHECK(contains(refusal_line(endless + " SELECT x FROM n"), "limits.sql_rows"));
    CHECK(sql("", endless + " SELECT x FROM n LIMIT 100"));
    CHECK(
        contains(refusal_line(endless + " SELECT hex(zeroblob(1000)) FROM n"), "limits.sql_size"));
    CHECK(contains(refusal_line("SELECT zeroblob(1000000000)"), "limits.sql_size"));
    CHECK(contains(refusal_line("SELECT randomblob(2000000000)"), "limits.sql_size"));
    const auto printed = sql("", "SELECT coalesce(length(printf('%.*c', 500000000, 'x')), 0)");
    if (printed)  // SQLite's own answer to what would be too long is NULL
        CHECK(printed->rows[0][0] == SqlValue{std::int64_t{0}});
    else
        CHECK(printed.error().code == Errc::timed_out);
    CHECK(contains(refusal_line("SELECT '" + std::string(1'000, 'x') + "'"), "limit sql_query"));
    // Sorted in memory, never in files.
    CHECK(contains(refusal_line(endless + " SELECT b FROM (SELECT randomblob(9000) AS b FROM n"
                                          " LIMIT 9999) ORDER BY b"),
                   "limit sql_memory"));
    CHECK(sql("", "SELECT 1"));
}

TEST_CASE_METHOD(SqlFixture, "a query that takes too long ends") {
    settings.limits.sql.time = Millis{300};
    open();
    const auto error = refusal("",
                               "WITH RECURSIVE n(x) AS (VALUES (1) UNION ALL SELECT x+1 FROM n)"
                               " SELECT count(*) FROM n");
    CHECK(error.code == Errc::timed_out);
    CHECK(contains(error.line(), "limits.sql_time"));
}

TEST_CASE_METHOD(SqlFixture, "depth and breadth of a query are bounded") {
    open();
    std::string deep = "SELECT " + std::string(5'000, '(') + "1" + std::string(5'000, ')');
    CHECK(refusal("", deep).code == Errc::invalid_input);
    std::string wide = "SELECT 1";
    for (int at = 0; at < 200; ++at) wide += " UNION ALL SELECT 1";
    CHECK(refusal("", wide).code == Errc::invalid_input);
    std::string joins = "SELECT 1 FROM events";
    for (int at = 0; at < 100; ++at) joins += " CROSS JOIN events";
    CHECK(refusal("", joins).code == Errc::invalid_input);
}

TEST_CASE_METHOD(SqlFixture, "one tenant's queries do not shut out another's") {
    settings.limits.sql.time = Millis{20'000};
    settings.limits.sql_waiting_per_tenant = 2;
    open();
    const std::string slow =
        "WITH RECURSIVE n(x) AS (VALUES (1) UNION ALL SELECT x+1 FROM n)"
        " SELECT count(*) FROM n";
    std::vector<std::string> errors;
    for (int at = 0; at < 6; ++at)
        store->sql("greedy", slow, [&](auto table) { errors.push_back(table.error().line()); });
    run_until(loop, [&] { return errors.size() >= 3; });  // one runs, two wait (or none runs yet)
    CHECK(contains(errors.front(), "limit sql_waiting_per_tenant"));
    CHECK(sql("modest", "SELECT 1"));
    store->shutdown();  // kills the child that runs, refuses those that wait
    run_until(loop, [&] { return errors.size() == 6; });
    INFO(errors[3] << "; " << errors[4] << "; " << errors[5]);
    CHECK(contains(errors.back(), "shutting down"));
}

TEST_CASE_METHOD(SqlFixture, "a helper that is not there is said so") {
    settings.sql_helper = directory.path() / "cpe-sql-helper";
    open();
    const auto error = refusal("", "SELECT 1");
    CHECK(error.code == Errc::unavailable);
    CHECK(contains(error.line(), "cpe-sql-helper"));
}
