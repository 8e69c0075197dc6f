// Making, recognising and migrating the database file; what is not ours is left as it is.
#include "src/store/schema.hpp"

#include "fixture.hpp"

#include <fstream>

using namespace cpe;
using namespace cpe::store;
using namespace cpe::store::test;

namespace {

std::string contents(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void make(const std::filesystem::path& path, const std::string& sql) {
    std::ofstream{path};
    auto db = Database::open(path, Database::Mode::read_write);
    REQUIRE(db);
    const auto done = db->execute(sql);
    INFO((done ? "" : done.error().line()));
    REQUIRE(done);
}

/// What the tables are made of, without comments and spacing.
std::string shape(Database& db) {
    auto statement = db.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY name");
    REQUIRE(statement);
    std::string all;
    REQUIRE(statement->each([&](Row row) {
        std::string sql = row.text(2);
        for (auto at = sql.find("--"); at != std::string::npos; at = sql.find("--"))
            sql.erase(at, sql.find('\n', at) - at);
        std::erase_if(sql, [](char c) { return c == ' ' || c == '\n'; });
        all += row.text(0) + ' ' + row.text(1) + ' ' + sql + '\n';
    }));
    return all;
}

const std::filesystem::path fixtures = CPE_FIXTURES;

}  // namespace

TEST_CASE_METHOD(StoreFixture, "a new database is in WAL mode, durable, and ours") {
    open();
    auto db = Database::open(settings.path, Database::Mode::read_only);
    REQUIRE(db);
    CHECK(db->number("PRAGMA user_version").value() == schema_version);
    CHECK(db->number("PRAGMA application_id").value() == application_id);
    CHECK(db->number("PRAGMA auto_vacuum").value() == 2);
    CHECK(db->number("SELECT journal_mode='wal' FROM pragma_journal_mode").value() == 1);
    auto writing = open_database(directory.path() / "second.db", {});
    REQUIRE(writing);
    CHECK(writing->number("PRAGMA synchronous").value() == 2);  // FULL
    CHECK(writing->number("PRAGMA foreign_keys").value() == 1);
}

TEST_CASE_METHOD(StoreFixture, "a database of version 1 is opened and has kept everything") {
    make(settings.path, contents(fixtures / "v1.sql"));
    open();
    const auto loaded = store->load_all();
    REQUIRE(loaded);
    REQUIRE(loaded->deployables.size() == 1);
    const auto& found = loaded->deployables[0];
    CHECK(found.key == shop);
    CHECK(found.wanted);
    REQUIRE(found.status);
    CHECK(found.status->assemblies.size() == 2);
    CHECK(found.status->services.size() == 2);
    CHECK(found.pending.size() == 1);
    CHECK(found.running.size() == 1);
    CHECK(loaded->last_operation == OperationId{31});
    CHECK(events({}).value().size() == 2);
    CHECK(commit(numbered(shop, 3)).value().front() == EventId{3});

    auto old = Database::open(settings.path, Database::Mode::read_only);
    auto made_new = open_database(directory.path() / "new.db", {});
    REQUIRE(old);
    REQUIRE(made_new);
    CHECK(shape(*old) == shape(*made_new));
}

TEST_CASE("migrations go forward step by step, each whole or not at all") {
    const TemporaryDirectory directory;
    const auto path = directory.path() / "cpe.db";
    { REQUIRE(open_database(path, {})); }
    constexpr int now = schema_version;
    const Migration two[] = {
        {now, "ALTER TABLE events ADD COLUMN weight INTEGER"},
        {now + 1, "CREATE TABLE extra (x) STRICT"}};  // STRICT needs a type: fails
    const Migration good[] = {two[0], {now + 1, "CREATE TABLE extra (x TEXT) STRICT"}};
    {
        const auto failed = open_database(path, {}, {now + 2, schema_text(), two});
        REQUIRE_FALSE(failed);
        CHECK(failed.error().line().find("from version " + std::to_string(now + 1)) !=
              std::string::npos);
    }
    {
        auto db = Database::open(path, Database::Mode::read_only);
        REQUIRE(db);
        CHECK(db->number("PRAGMA user_version").value() == now + 1);  // the first step stands
        CHECK(db->number("SELECT count(weight) FROM events").value() == 0);
    }
    auto db = open_database(path, {}, {now + 2, schema_text(), good});
    REQUIRE(db);
    CHECK(db->number("PRAGMA user_version").value() == now + 2);
    CHECK(db->number("SELECT count(*) FROM extra").value() == 0);
}

TEST_CASE("a file that is not ours is refused in one line and left as it is") {
    const TemporaryDirectory directory;
    const auto path = directory.path() / "cpe.db";
    std::string reason;
    SECTION("text") {
        std::ofstream(path) << std::string(9'000, 'x');
        reason = "not a database";
    }
    SECTION("a header and nothing right behind it") {
        std::ofstream(path, std::ios::binary)
            << std::string("SQLite format 3\0", 16) << std::string(9'000, '\x41');
        reason = "not a database";
    }
    SECTION("another program's database") {
        make(path, "CREATE TABLE x (y)");
        reason = "not cped's";
    }
    SECTION("a newer one") {
        const auto next = std::to_string(schema_version + 1);
        make(path,
             "CREATE TABLE x (y); PRAGMA application_id=1129334065; PRAGMA user_version=" + next);
        reason = "version " + next;
    }
    SECTION("a directory") {
        std::filesystem::create_directory(path);
        reason = "unable to open";
    }
    const auto before = std::filesystem::is_directory(path) ? "" : contents(path);
    const auto mode = std::filesystem::status(path).permissions();
    const auto opened = open_database(path, {});
    REQUIRE_FALSE(opened);
    INFO(opened.error().line());
    CHECK(opened.error().line().find(reason) != std::string::npos);
    CHECK(opened.error().line().find(path.string()) != std::string::npos);
    CHECK((std::filesystem::is_directory(path) ? "" : contents(path)) == before);
    CHECK(std::filesystem::status(path).permissions() == mode);
    CHECK_FALSE(std::filesystem::exists(path.string() + "-wal"));
}

TEST_CASE("a damaged database is told of, not begun anew") {
    const TemporaryDirectory directory;
    const auto path = directory.path() / "cpe.db";
    { REQUIRE(open_database(path, {})); }
    {
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(100);
        file << std::string(3'900, '\xfe');  // the schema's page
    }
    const auto damaged = contents(path);
    const auto opened = open_database(path, {});
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == Errc::unavailable);
    CHECK(opened.error().line().find("restore a backup") != std::string::npos);
    CHECK(contents(path) == damaged);
}

TEST_CASE("a directory that is not there is told of") {
    const TemporaryDirectory directory;
    const auto opened = open_database(directory.path() / "none" / "cpe.db", {});
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == Errc::unavailable);
}
