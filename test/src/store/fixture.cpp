#include <cpe_test_paths.hpp>

#include "fixture.hpp"

#include <cstdlib>

namespace cpe::store::test {

TemporaryDirectory::TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "cpe-store-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()));
    path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

LogSink Lines::sink() {
    return [this](LogLevel, std::string_view, std::string_view message) {
        const std::lock_guard lock(mutex_);
        lines_.emplace_back(message);
    };
}

bool Lines::contain(std::string_view part) const {
    const std::lock_guard lock(mutex_);
    for (const auto& line : lines_)
        if (line.find(part) != std::string::npos) return true;
    return false;
}

Settings StoreFixture::default_settings() {
    Settings all;
    all.path = directory.path() / "cpe.db";
    all.sql_helper = std::filesystem::path(CPE_BIN_DIR) / "cpe-sql-helper";
    all.scheduler = "pacemaker 2.1.5";
    all.log = lines.sink();
    all.now = [] { return WallTime{1'000'000}; };
    return all;
}

void StoreFixture::open() {
    auto opened = SqliteStore::open(settings, loop.get_executor());
    INFO((opened ? std::string("opened") : opened.error().line()));
    REQUIRE(opened);
    store = std::move(*opened);
}

Result<std::vector<EventId>> StoreFixture::commit(PersistBatch batch) {
    return answer_of<std::vector<EventId>>(
        loop, [&](auto done) { store->commit(std::move(batch), std::move(done)); });
}

Result<std::vector<EventId>> StoreFixture::create(PersistBatch batch, std::string document) {
    return answer_of<std::vector<EventId>>(loop, [&](auto done) {
        store->create(std::move(batch), std::move(document), std::move(done));
    });
}

Result<std::vector<StoredEvent>> StoreFixture::events(EventFilter filter) {
    return answer_of<std::vector<StoredEvent>>(
        loop, [&](auto done) { store->events(std::move(filter), std::move(done)); });
}

Result<SqlTable> StoreFixture::sql(std::string tenant, std::string query) {
    return answer_of<SqlTable>(
        loop, [&](auto done) { store->sql(std::move(tenant), std::move(query), std::move(done)); });
}

SqlValue StoreFixture::value(const std::string& query) {
    const auto table = sql("", query);
    INFO(query << ": " << (table ? "" : table.error().line()));
    REQUIRE(table);
    REQUIRE_FALSE(table->rows.empty());
    return table->rows.front().front();
}

PersistBatch batch_of(const DeployableKey& key) {
    PersistBatch batch;
    batch.key = key;
    return batch;
}

EventRecord event_of(std::int64_t at, std::string kind, std::string reason) {
    EventRecord event;
    event.at = {at};
    event.kind = std::move(kind);
    event.reason = std::move(reason);
    return event;
}

PersistBatch numbered(const DeployableKey& key, int number) {
    auto batch = batch_of(key);
    batch.events.push_back(event_of(number, "test", std::to_string(number)));
    return batch;
}

DeployableStatus full_status(const DeployableKey& key) {
    DeployableStatus status;
    status.key = key;
    status.uuid = "123456";
    status.state = DeployableState::recovering;
    status.since = {100};
    status.transition = {7};
    status.memory = 65'536;
    status.assemblies.push_back({"web", "w-1", AssemblyState::running, WallTime{90}, "10.88.0.3",
                                 "local", "agent", "4711", InstanceState::running, WallTime{99}});
    status.assemblies.push_back({"db", "d-1", AssemblyState::pending, WallTime{80}, "", "local",
                                 "agent", "", InstanceState::absent, std::nullopt,
                                 "it refuses our key"});
    status.services.push_back({"nginx",
                               "rsc_web_nginx",
                               ServiceState::running,
                               WallTime{95},
                               WallTime{98},
                               {"web", "w\"2"},
                               1});
    status.services.push_back(
        {"mysqld", "rsc_db_mysqld", ServiceState::unknown, WallTime{80}, std::nullopt, {}, 0});
    return status;
}

}  // namespace cpe::store::test
